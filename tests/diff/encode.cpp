// SPDX-License-Identifier: Apache-2.0
//
// A program as a binary module.
#include <ostream>

#include "tree.hpp"

namespace nacre::diff {
namespace {

using Bytes = std::vector<uint8_t>;

void leb(Bytes& out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<uint8_t>(v | 0x80));
  out.push_back(static_cast<uint8_t>(v));
}

void signed_leb(Bytes& out, int64_t v) {
  for (;;) {
    const auto low = static_cast<uint8_t>(v & 0x7f);
    v >>= 7;
    if ((v == 0 && (low & 0x40) == 0) || (v == -1 && (low & 0x40) != 0)) {
      out.push_back(low);
      return;
    }
    out.push_back(low | 0x80);
  }
}

void little_endian(Bytes& out, uint64_t v, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(v >> (8 * i)));
}

void type(Bytes& out, char letter) {
  switch (letter) {
    case 'i':
      out.push_back(0x7f);
      return;
    case 'l':
      out.push_back(0x7e);
      return;
    case 'f':
      out.push_back(0x7d);
      return;
    case 'd':
      out.push_back(0x7c);
      return;
    case 'v':
      out.push_back(0x7b);
      return;
    case 'b':
      out.push_back(0x78);
      return;
    case 'x':
      out.push_back(0x6f);
      return;
    default:
      out.push_back(0x63);
      out.push_back(letter == 'r' ? struct_type : array_type);
  }
}

void types(Bytes& out, const std::string& letters) {
  leb(out, letters.size());
  for (char c : letters) type(out, c);
}

class Encoder {
 public:
  explicit Encoder(const Program& program) : program_(program) {}

  Bytes run() {
    std::vector<Bytes> bodies;
    for (const Function& f : program_.functions) {
      func_type(f.params, f.results);
      bodies.push_back(body(f));
    }
    func_type(program_.tag, "");
    Bytes out = {0, 'a', 's', 'm', 1, 0, 0, 0};
    section(out, 1, type_section());
    Bytes s;
    leb(s, program_.functions.size());
    for (const Function& f : program_.functions) leb(s, func_type(f.params, f.results));
    section(out, 3, s);
    s = {1, 0x70, 0};
    leb(s, program_.functions.size());
    section(out, 4, s);
    section(out, 5, {2, 1, 1, 2, 5, 1, 2});  // one page each, at most two; the second is 64-bit
    s = {1, 0};
    leb(s, func_type(program_.tag, ""));
    section(out, 13, s);
    section(out, 6, global_section());
    section(out, 7, export_section());
    s = {1, 0, 0x41, 0, 0x0b};
    leb(s, program_.functions.size());
    for (size_t i = 0; i < program_.functions.size(); ++i) leb(s, i);
    section(out, 9, s);
    s.clear();
    leb(s, bodies.size());
    for (const Bytes& b : bodies) {
      leb(s, b.size());
      s.insert(s.end(), b.begin(), b.end());
    }
    section(out, 10, s);
    return out;
  }

 private:
  static void section(Bytes& out, uint8_t id, const Bytes& contents) {
    out.push_back(id);
    leb(out, contents.size());
    out.insert(out.end(), contents.begin(), contents.end());
  }

  uint32_t func_type(const std::string& params, const std::string& results) {
    for (size_t i = 0; i < types_.size(); ++i)
      if (types_[i].first == params && types_[i].second == results)
        return static_cast<uint32_t>(i + 2);
    types_.push_back({params, results});
    return static_cast<uint32_t>(types_.size() + 1);
  }

  Bytes type_section() const {
    Bytes s;
    leb(s, types_.size() + 2);
    s.push_back(0x5f);
    leb(s, sizeof struct_fields - 1);
    for (const char* c = struct_fields; *c != 0; ++c) {
      type(s, *c);
      s.push_back(1);
    }
    s.insert(s.end(), {0x5e, 0x7e, 1});
    for (const auto& [params, results] : types_) {
      s.push_back(0x60);
      types(s, params);
      types(s, results);
    }
    return s;
  }

  Bytes global_section() const {
    Bytes s;
    leb(s, program_.globals.size());
    for (size_t i = 0; i < program_.globals.size(); ++i) {
      type(s, program_.globals[i]);
      s.push_back(1);
      constant(s, program_.globals[i], program_.initial[i]);
      s.push_back(0x0b);
    }
    return s;
  }

  Bytes export_section() const {
    Bytes s;
    const auto add = [&](const std::string& name, uint8_t kind, size_t index) {
      leb(s, name.size());
      s.insert(s.end(), name.begin(), name.end());
      s.push_back(kind);
      leb(s, index);
    };
    leb(s, 3 + program_.globals.size());
    add("run", 0, program_.functions.size() - 1);
    add("m0", 2, 0);
    add("m1", 2, 1);
    for (size_t i = 0; i < program_.globals.size(); ++i) add("g" + std::to_string(i), 3, i);
    return s;
  }

  Bytes body(const Function& f) {
    Bytes b;
    const std::string own = f.locals.substr(f.params.size());
    leb(b, own.size());
    for (char c : own) {
      b.push_back(1);
      type(b, c);
    }
    for (const Node& n : f.body) node(b, n);
    b.push_back(0x0b);
    return b;
  }

  static void op(Bytes& out, Op o) {
    const uint32_t code = wasm::op_info(o).code;
    if (code < 0x100) {
      out.push_back(static_cast<uint8_t>(code));
      return;
    }
    out.push_back(static_cast<uint8_t>(code >> 16));
    leb(out, code & 0xffff);
  }

  static void constant(Bytes& out, char letter, const Value& v) {
    switch (letter) {
      case 'i':
        out.push_back(0x41);
        signed_leb(out, static_cast<int32_t>(v.lo));
        return;
      case 'l':
        out.push_back(0x42);
        signed_leb(out, static_cast<int64_t>(v.lo));
        return;
      case 'f':
        out.push_back(0x43);
        little_endian(out, v.lo, 4);
        return;
      case 'd':
        out.push_back(0x44);
        little_endian(out, v.lo, 8);
        return;
      case 'v':
        op(out, Op::v128_const);
        little_endian(out, v.lo, 8);
        little_endian(out, v.hi, 8);
        return;
      case 'x':
        out.insert(out.end(), {0xd0, 0x6f});
        return;
      default:
        out.insert(out.end(),
                   {0xd0, static_cast<uint8_t>(letter == 'r' ? struct_type : array_type)});
    }
  }

  void block_type(Bytes& out, const Node& n) {
    if (n.params.empty() && n.results.empty()) out.push_back(0x40);
    else if (n.params.empty() && n.results.size() == 1) type(out, n.results[0]);
    else signed_leb(out, func_type(n.params, n.results));
  }

  void node(Bytes& out, const Node& n) {
    for (const Node& k : n.kids) node(out, k);
    if (n.op == Op::nop) return;
    if (n.letter != 0 && wasm::op_info(n.op).imm != wasm::Imm::select_types) {
      constant(out, n.letter, n.value);
      return;
    }
    op(out, n.op);
    immediates(out, n);
    if (n.op != Op::block && n.op != Op::loop && n.op != Op::if_ && n.op != Op::try_table) return;
    for (const Node& k : n.body) node(out, k);
    if (n.op == Op::if_ && !n.otherwise.empty()) {
      out.push_back(0x05);
      for (const Node& k : n.otherwise) node(out, k);
    }
    out.push_back(0x0b);
  }

  void immediates(Bytes& out, const Node& n) {
    using wasm::Imm;
    switch (wasm::op_info(n.op).imm) {
      case Imm::block:
        block_type(out, n);
        return;
      case Imm::try_table:
        block_type(out, n);
        leb(out, n.labels.size() / 2);
        for (size_t i = 0; i < n.labels.size(); i += 2) {
          out.push_back(n.labels[i] == all_tags ? 2 : 0);
          if (n.labels[i] != all_tags) leb(out, n.labels[i]);
          leb(out, n.labels[i + 1]);
        }
        return;
      case Imm::cast_label:
        out.push_back(1);
        leb(out, n.index);
        leb(out, struct_type);
        leb(out, struct_type);
        return;
      case Imm::labels:
        leb(out, n.labels.size() - 1);
        for (uint32_t l : n.labels) leb(out, l);
        return;
      case Imm::label:
      case Imm::func:
      case Imm::local:
      case Imm::global:
      case Imm::tag:
      case Imm::type:
      case Imm::memory:
        leb(out, n.index);
        return;
      case Imm::call_indirect:
        leb(out, func_type(n.params, n.results));
        leb(out, 0);
        return;
      case Imm::memarg:
      case Imm::memarg_lane:
        leb(out, wasm::natural_align_log2(n.op) | (n.index != 0 ? 0x40u : 0u));
        if (n.index != 0) leb(out, n.index);
        leb(out, n.more);
        if (wasm::op_info(n.op).imm == Imm::memarg_lane)
          out.push_back(static_cast<uint8_t>(n.value.lo));
        return;
      case Imm::lane:
        out.push_back(static_cast<uint8_t>(n.more));
        return;
      case Imm::shuffle:
        little_endian(out, n.value.lo, 8);
        little_endian(out, n.value.hi, 8);
        return;
      case Imm::struct_field:
        leb(out, struct_type);
        leb(out, n.index);
        return;
      case Imm::array_fixed:
        leb(out, array_type);
        leb(out, n.more);
        return;
      case Imm::select_types:
        leb(out, 1);
        type(out, n.letter);
        return;
      default:
        return;
    }
  }

  const Program& program_;
  std::vector<std::pair<std::string, std::string>> types_;
};

}  // namespace

void PrintTo(const Value& v, std::ostream* out) {
  *out << std::hex << v.hi << ":" << v.lo << std::dec;
}

std::vector<uint8_t> encode(const Program& program) { return Encoder(program).run(); }

}  // namespace nacre::diff
