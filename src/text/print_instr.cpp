// SPDX-License-Identifier: Apache-2.0
//
// Function bodies and constant expressions. Everything about an instruction but its immediates
// comes from its row.
#include <algorithm>

#include "text/numbers.hpp"
#include "text/printer.hpp"

namespace nacre::text {

using binary::BlockType;
using binary::Instr;
using binary::OpReader;
using wasm::Imm;
using wasm::Op;
using wasm::ValType;

namespace {

constexpr unsigned body_level = 2;

bool opens(Op op) { return binary::opens_block(op); }

}  // namespace

void Printer::failure(const Error& error) {
  put(" (; ");
  for (char c : error.message)
    if (c != ';') put(c);
  put(" ;)");
}

void Printer::function(uint32_t func) {
  const uint32_t type = m_.func_type_indices[func];
  line(1);
  put("(func");
  define(Kind::function, func);
  type_use(type);
  locals_.clear();
  if (use_names_) locals_.assign(names_.locals(func), wasm::no_index);
  signature(type, &locals_);
  if (options_.bodies) body(func);
  else put(" ...");
  put(')');
}

// Reads and prints the declarations of locals.
bool Printer::locals(OpReader& r, uint32_t first_local, std::vector<ValType>& types) {
  constexpr uint64_t max_locals = 50'000;
  const uint32_t runs = r.count(2);
  for (uint32_t i = 0; i < runs && !r.failed(); ++i) {
    const uint64_t at = r.offset();
    const uint64_t n = r.leb_u32();
    const ValType t = r.val_type();
    if (r.failed()) break;
    if (types.size() + n > max_locals) {
      r.fault(binary::Fault::too_many_locals, at, types.size() + n);
      break;
    }
    types.insert(types.end(), static_cast<size_t>(n), t);
  }
  if (r.failed()) {
    failure(r.error());
    return false;
  }
  if (types.empty()) return true;
  line(body_level);
  const size_t at = out_.size();
  val_types("local", types, &locals_, first_local);
  out_.erase(at, 1);  // the space before the first parenthesis
  return true;
}

void Printer::body(uint32_t func) {
  const uint32_t defined = func - m_.num_imported_funcs;
  if (defined >= m_.bodies.size()) return;
  OpReader r(m_, m_.body_bytes(defined), m_.bodies[defined].offset);
  const auto params = m_.type_table.params(m_.funcs[func]);
  std::vector<ValType> types;
  if (locals(r, static_cast<uint32_t>(params.size()), types)) instructions(r, func);
}

void Printer::hint(uint32_t func, uint64_t offset) {
  const wasm::Body& body = m_.bodies[func - m_.num_imported_funcs];
  while (next_hint_ < hints_.size() && hints_[next_hint_].func < func) ++next_hint_;
  if (next_hint_ == hints_.size() || hints_[next_hint_].func != func ||
      hints_[next_hint_].offset != offset - body.offset)
    return;
  put(hints_[next_hint_].likely ? "(@metadata.code.branch_hint \"\\01\") "
                                : "(@metadata.code.branch_hint \"\\00\") ");
  ++next_hint_;
}

void Printer::instructions(OpReader& r, uint32_t func) {
  const binary::NameMap label_names = use_names_ ? names_.labels(func) : binary::NameMap();
  labels_.clear();
  next_label_ = 0;
  Instr in;
  while (!r.at_end()) {
    const uint64_t at = r.offset();
    if (!r.next(in)) break;
    const bool is_last = in.op == Op::end && labels_.empty();
    if (is_last) break;
    if ((in.op == Op::end || in.op == Op::delegate) && !labels_.empty()) labels_.pop_back();
    const bool outer =
        (in.op == Op::else_ || in.op == Op::catch_ || in.op == Op::catch_all) && !labels_.empty();
    line(body_level + static_cast<unsigned>(labels_.size()) - (outer ? 1 : 0));
    if (use_hints_) hint(func, at);
    put(op_info(in.op).text);
    if (opens(in.op)) open_label(label_names);
    immediates(in, op_info(in.op).imm);
  }
  if (r.failed()) {
    failure(r.error());
    return;
  }
  if (!r.at_end()) failure(make_error(ErrorKind::malformed, "code after the end of the function"));
}

void Printer::open_label(const binary::NameMap& names) {
  const std::string_view name = names.find(next_label_);
  labels_.push_back(++next_label_);
  if (!name.empty()) {
    put(" $");
    append_string(out_, name, true);
  }
  put(" (;@");
  number(labels_.size());
  put(";)");
}

void Printer::instruction(const Instr& in) {
  put(op_info(in.op).text);
  immediates(in, op_info(in.op).imm);
}

void Printer::const_expr(const wasm::ConstExpr& e, const char* keyword) {
  OpReader r(m_, e.code, e.offset);
  Instr in;
  const size_t start = out_.size();
  const bool has_keyword = *keyword != 0;
  put('(');
  size_t count = 0;
  uint64_t depth = 1;
  size_t end_of_first = 0;
  while (!r.at_end() && r.next(in)) {
    if (opens(in.op)) ++depth;
    if ((in.op == Op::end || in.op == Op::delegate) && --depth == 0) break;
    if (count != 0) put(' ');
    instruction(in);
    if (++count == 1) end_of_first = out_.size();
  }
  if (r.failed()) failure(r.error());
  if (count == 1 && out_.size() == end_of_first) return put(')');
  // Several instructions (or none) need the keyword, or no parentheses where there is none.
  if (has_keyword) {
    put(')');
    out_.insert(start + 1, std::string(keyword) + (count != 0 ? " " : ""));
  } else {
    out_.erase(start, 1);
  }
}

// A label, and as a comment the block it names, counted from the outside.
void Printer::label(uint32_t depth) {
  put(' ');
  number(depth);
  if (depth > labels_.size()) return;
  put(" (;@");
  number(labels_.size() - depth);
  put(";)");
}

void Printer::local(uint32_t i) {
  put(' ');
  const std::string_view id = locals_.of(i);
  if (id.empty()) number(i);
  else put(id);
}

void Printer::immediates(const Instr& in, Imm imm) {
  switch (imm) {
    case Imm::none:
    case Imm::fence:
      return;
    case Imm::block:
      return block_type(in.block);
    case Imm::label:
      return label(in.index);
    case Imm::labels: {
      for (binary::LabelCursor c(in); !c.done();) label(c.next());
      return;
    }
    case Imm::local:
      return local(in.index);
    case Imm::memarg:
      return memarg(in);
    case Imm::memarg_lane:
      memarg(in);
      put(' ');
      return number(in.lane);
    case Imm::lane:
      put(' ');
      return number(in.lane);
    case Imm::i32:
      put(' ');
      put(std::to_string(static_cast<int32_t>(static_cast<uint32_t>(in.bits))));
      return;
    case Imm::i64:
      put(' ');
      put(std::to_string(static_cast<int64_t>(in.bits)));
      return;
    case Imm::f32:
      put(' ');
      return print_f32(out_, static_cast<uint32_t>(in.bits));
    case Imm::f64:
      put(' ');
      return print_f64(out_, in.bits);
    case Imm::v128:
      return v128(in.bytes);
    case Imm::shuffle:
      for (int i = 0; i < 16; ++i) {
        put(' ');
        number(in.bytes[i]);
      }
      return;
    case Imm::select_types:
      return select_types(in);
    case Imm::try_table:
      block_type(in.block);
      return catches(in);
    default:
      return index_immediates(in, imm);
  }
}

// Immediates that are indices. Where the text format puts the target first, the binary format
// puts it last.
void Printer::index_immediates(const Instr& in, Imm imm) {
  const auto one = [&](Kind kind, uint32_t i) {
    put(' ');
    index(kind, i);
  };
  const auto pair = [&](Kind kind) {
    if (in.index == 0 && in.index2 == 0) return;
    one(kind, in.index);
    one(kind, in.index2);
  };
  switch (imm) {
    case Imm::func:
      return one(Kind::function, in.index);
    case Imm::global:
      return one(Kind::global, in.index);
    case Imm::table:
      return one(Kind::table, in.index);
    case Imm::elem:
      return one(Kind::elem, in.index);
    case Imm::data:
      return one(Kind::data, in.index);
    case Imm::tag:
      return one(Kind::tag, in.index);
    case Imm::memory:
      if (in.index != 0) one(Kind::memory, in.index);
      return;
    case Imm::memory_copy:
      return pair(Kind::memory);
    case Imm::table_copy:
      return pair(Kind::table);
    case Imm::memory_init:
      if (in.index2 != 0) one(Kind::memory, in.index2);
      return one(Kind::data, in.index);
    case Imm::table_init:
      if (in.index2 != 0) one(Kind::table, in.index2);
      return one(Kind::elem, in.index);
    case Imm::call_indirect:
      if (in.index2 != 0) one(Kind::table, in.index2);
      return type_use(in.index);
    default:
      return type_immediates(in, imm);
  }
}

void Printer::type_immediates(const Instr& in, Imm imm) {
  put(' ');
  switch (imm) {
    case Imm::type:
      return index(Kind::type, in.index);
    case Imm::struct_field:
      return field_index(in);
    case Imm::array_fixed:
      index(Kind::type, in.index);
      put(' ');
      return number(in.index2);
    case Imm::array_data:
    case Imm::array_elem:
      index(Kind::type, in.index);
      put(' ');
      return index(imm == Imm::array_data ? Kind::data : Kind::elem, in.index2);
    case Imm::array_copy:
      index(Kind::type, in.index);
      put(' ');
      return index(Kind::type, in.index2);
    case Imm::heap_type:
      if (in.op == Op::ref_null) return concrete(in.heap_index, in.heap);
      return ref_type(in.heap_index, ValType::ref(in.heap, in.op == Op::ref_test_null ||
                                                               in.op == Op::ref_cast_null));
    case Imm::cast_label:
      out_.pop_back();
      label(in.index);
      put(' ');
      ref_type(in.heap_index, in.value);
      put(' ');
      return ref_type(in.heap_index2, in.value2);
    default:
      return;
  }
}

void Printer::field_index(const Instr& in) {
  index(Kind::type, in.index);
  put(' ');
  number(in.index2);
}

// A heap type whose index, if it is concrete, was written `type_index`.
void Printer::concrete(uint32_t type_index, wasm::HeapType h) {
  if (h.is_concrete()) index(Kind::type, type_index);
  else heap_type(h);
}

void Printer::ref_type(uint32_t type_index, ValType t) {
  put(t.nullable() ? "(ref null " : "(ref ");
  concrete(type_index, t.heap());
  put(')');
}

void Printer::block_type(const BlockType& block) {
  switch (block.form) {
    case BlockType::Form::empty:
      return;
    case BlockType::Form::value:
      put(" (result ");
      val_type(block.value);
      return put(')');
    case BlockType::Form::type:
      type_use(block.type_index);
      return signature(block.type_index, nullptr);
  }
}

void Printer::select_types(const Instr& in) {
  binary::Input types(m_, Bytes(in.bytes, static_cast<size_t>(in.bytes_end - in.bytes)), 0);
  put(" (result");
  while (!types.at_end()) {
    put(' ');
    val_type(types.val_type());
  }
  put(')');
}

void Printer::catches(const Instr& in) {
  static constexpr const char* keywords[] = {" (catch", " (catch_ref", " (catch_all",
                                             " (catch_all_ref"};
  // The labels of clauses do not count the try_table itself.
  const uint32_t self = labels_.empty() ? 0 : labels_.back();
  if (!labels_.empty()) labels_.pop_back();
  for (binary::CatchCursor c(in); !c.done();) {
    const binary::CatchClause clause = c.next();
    put(keywords[clause.kind]);
    if (clause.kind < 2) {
      put(' ');
      index(Kind::tag, clause.tag);
    }
    label(clause.label);
    put(')');
  }
  if (self != 0) labels_.push_back(self);
}

void Printer::memarg(const Instr& in) {
  if (in.index != 0) {
    put(' ');
    index(Kind::memory, in.index);
  }
  if (in.bits != 0) {
    put(" offset=");
    number(in.bits);
  }
  if (in.align_log2 != natural_align_log2(in.op)) {
    put(" align=");
    number(uint64_t{1} << in.align_log2);
  }
}

void Printer::v128(const uint8_t* bytes) {
  put(" i32x4");
  for (int i = 0; i < 4; ++i) {
    const auto lane = load_le<uint32_t>(bytes + 4 * i);
    put(" 0x");
    for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[lane >> shift & 15]);
  }
}

}  // namespace nacre::text
