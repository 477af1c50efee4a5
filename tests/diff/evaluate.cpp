// SPDX-License-Identifier: Apache-2.0
#include "evaluate.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "base/num.hpp"

// A row of opcodes.def without a meaning finds this object under its name: a qualified name is
// looked up in the namespace itself first and in those it uses after that.
namespace nacre::diff::no_meaning {
struct None {};
#define OP(name, code, text, imm, sig, feature, traits) inline constexpr None name{};
#include "wasm/opcodes.def"
}  // namespace nacre::diff::no_meaning
namespace nacre::num {
using namespace ::nacre::diff::no_meaning;
}

namespace nacre::diff {
namespace {

constexpr uint32_t max_steps = 200'000, max_active = 30;

// --- the meanings, all with one signature

using Apply = TrapCode (*)(const Value* in, uint32_t lane, Value* out);

template <class T>
T from(const Value& v) {
  if constexpr (std::is_same_v<T, V128>) {
    V128 r;
    for (unsigned i = 0; i < 16; ++i)
      r.bytes[i] = static_cast<uint8_t>((i < 8 ? v.lo : v.hi) >> (8 * (i & 7)));
    return r;
  } else if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(static_cast<uint32_t>(v.lo));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(v.lo);
  } else {
    return static_cast<T>(v.lo);
  }
}

template <class T>
Value to(const T& v) {
  if constexpr (std::is_same_v<T, V128>) {
    Value r;
    for (unsigned i = 0; i < 16; ++i)
      (i < 8 ? r.lo : r.hi) |= static_cast<uint64_t>(v.bytes[i]) << (8 * (i & 7));
    return r;
  } else if constexpr (std::is_integral_v<T>) {
    return {static_cast<uint64_t>(v), 0};
  } else if constexpr (sizeof(T) == 4) {
    return {std::bit_cast<uint32_t>(v), 0};
  } else {
    return {std::bit_cast<uint64_t>(v), 0};
  }
}

template <class T>
using Bare = std::remove_cvref_t<T>;

// Calls Fn with operands taken from `in`, by the shape of its type.
template <wasm::Imm imm, auto Fn>
struct Applied {
  template <class R, class... A, size_t... I>
  static TrapCode values(R (*)(A...), std::index_sequence<I...>, const Value* in, Value* out) {
    out[0] = to<R>(Fn(from<Bare<A>>(in[I])...));
    return TrapCode::none;
  }
  template <class... A>
  static TrapCode plain(TrapCode (*)(A...), const Value* in, Value* out) {
    if constexpr (sizeof...(A) == 2) {
      using T = std::tuple_element_t<0, std::tuple<A...>>;
      Bare<std::tuple_element_t<1, std::tuple<A...>>> r{};
      const TrapCode t = Fn(from<Bare<T>>(in[0]), r);
      out[0] = to(r);
      return t;
    } else {
      using T = std::tuple_element_t<0, std::tuple<A...>>;
      Bare<std::tuple_element_t<2, std::tuple<A...>>> r{};
      const TrapCode t = Fn(from<Bare<T>>(in[0]), from<Bare<T>>(in[1]), r);
      out[0] = to(r);
      return t;
    }
  }
  template <class... A>
  static TrapCode plain(void (*)(A...), const Value* in, Value* out) {
    uint64_t lo = 0, hi = 0;
    if constexpr (sizeof...(A) == 4) Fn(in[0].lo, in[1].lo, lo, hi);
    else Fn(in[0].lo, in[1].lo, in[2].lo, in[3].lo, lo, hi);
    out[0] = {lo, 0};
    out[1] = {hi, 0};
    return TrapCode::none;
  }
  template <class R, class... A>
  static TrapCode plain(R (*f)(A...), const Value* in, Value* out) {
    return values(f, std::index_sequence_for<A...>{}, in, out);
  }
  static TrapCode run(const Value* in, uint32_t lane, Value* out) {
    if constexpr (imm == wasm::Imm::lane) {
      if constexpr (requires { Fn(V128{}, 0u); }) out[0] = to(Fn(from<V128>(in[0]), lane));
      else replaced(+Fn, in, lane, out);
      return TrapCode::none;
    } else {
      return plain(+Fn, in, out);
    }
  }
  template <class X>
  static void replaced(V128 (*)(V128, unsigned, X), const Value* in, uint32_t lane, Value* out) {
    out[0] = to(Fn(from<V128>(in[0]), lane, from<X>(in[1])));
  }
};

template <wasm::Imm imm, auto Fn>
constexpr Apply meaning() {
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(Fn)>, no_meaning::None>) return nullptr;
  else return Applied<imm, Fn>::run;
}

constexpr std::array<Apply, wasm::op_count> meanings = {{
#define OP(name, code, text, imm, sig, feature, traits) meaning<wasm::Imm::imm, num::name>(),
#include "wasm/opcodes.def"
}};

Apply meaning_of(Op op) { return meanings[static_cast<unsigned>(op)]; }
bool starts(std::string_view s, std::string_view with) { return s.substr(0, with.size()) == with; }
bool is_nan32(uint64_t bits) { return (bits & 0x7fffffff) > 0x7f800000; }
bool is_nan64(uint64_t bits) { return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000; }

}  // namespace

bool has_numeric_meaning(Op op) { return meaning_of(op) != nullptr; }

// --- running

Evaluator::Evaluator(const Program& program) : globals(program.initial), program_(program) {
  for (auto& m : memories) m.resize(page);
}

TrapCode Evaluator::run(const std::vector<Value>& args) {
  trap_ = TrapCode::none;
  Activation a{program_.functions.back(), {}, args};
  switch (call(a, static_cast<uint32_t>(program_.functions.size() - 1))) {
    case Flow::trap:
      return trap_;
    case Flow::thrown:
      return TrapCode::uncaught_exception;
    default:
      results = a.stack;
      return TrapCode::none;
  }
}

Value Evaluator::pop(Activation& a) {
  const Value v = a.stack.back();
  a.stack.pop_back();
  return v;
}

// Keeps the top `values` and drops what lies under them down to `height`.
void Evaluator::unwind(Activation& a, size_t height, size_t values) {
  a.stack.erase(a.stack.begin() + static_cast<ptrdiff_t>(height),
                a.stack.end() - static_cast<ptrdiff_t>(values));
}

Evaluator::Flow Evaluator::nodes(Activation& a, const std::vector<Node>& list) {
  for (const Node& n : list)
    if (const Flow f = node(a, n); f != Flow::next) return f;
  return Flow::next;
}

Evaluator::Flow Evaluator::call(Activation& a, uint32_t index) {
  const Function& f = program_.functions[index];
  Activation b{f, std::vector<Value>(f.locals.size()), {}};
  std::copy(a.stack.end() - static_cast<ptrdiff_t>(f.params.size()), a.stack.end(),
            b.locals.begin());
  a.stack.resize(a.stack.size() - f.params.size());
  // An indirect call may come back to its own function.
  if (++active_ > max_active) abandoned = true;
  const Flow flow = abandoned ? trap(TrapCode::stack_exhausted) : nodes(b, f.body);
  --active_;
  if (flow == Flow::trap || flow == Flow::thrown) return flow;
  a.stack.insert(a.stack.end(), b.stack.end() - static_cast<ptrdiff_t>(f.results.size()),
                 b.stack.end());
  return Flow::next;
}

// A body with a label around it. Branches that leave it further go on.
Evaluator::Flow Evaluator::block(Activation& a, const Node& n, const std::vector<Node>& body) {
  const bool loop = n.op == Op::loop;
  const size_t height = a.stack.size() - n.params.size();
  for (;;) {
    const Flow f = nodes(a, body);
    if (f == Flow::thrown && n.op == Op::try_table) {
      for (size_t i = 0; i < n.labels.size(); i += 2) {
        a.stack.resize(height);
        if (n.labels[i] != all_tags)
          a.stack.insert(a.stack.end(), exception_.begin(), exception_.end());
        return branch(n.labels[i + 1]);
      }
      return f;
    }
    if (f != Flow::branch) return f;
    if (depth_ != 0) {
      --depth_;
      return f;
    }
    unwind(a, height, loop ? n.params.size() : n.results.size());
    if (!loop) return Flow::next;
  }
}

Evaluator::Flow Evaluator::node(Activation& a, const Node& n) {
  if (++steps_ > max_steps) {
    abandoned = true;
    return trap(TrapCode::deadline);
  }
  for (const Node& k : n.kids)
    if (const Flow f = node(a, k); f != Flow::next) return f;
  switch (n.op) {
    case Op::nop:
      return Flow::next;
    case Op::i32_const:
    case Op::i64_const:
    case Op::f32_const:
    case Op::f64_const:
    case Op::v128_const:
    case Op::ref_null:
      a.stack.push_back(n.value);
      return Flow::next;
    case Op::local_get:
      a.stack.push_back(a.locals[n.index]);
      return Flow::next;
    case Op::local_set:
      a.locals[n.index] = pop(a);
      return Flow::next;
    case Op::local_tee:
      a.locals[n.index] = a.stack.back();
      return Flow::next;
    case Op::global_get:
      a.stack.push_back(globals[n.index]);
      return Flow::next;
    case Op::global_set:
      globals[n.index] = pop(a);
      return Flow::next;
    case Op::drop:
      pop(a);
      return Flow::next;
    case Op::select:
    case Op::select_t: {
      const bool first = pop(a).lo != 0;
      const Value y = pop(a);
      if (!first) a.stack.back() = y;
      return Flow::next;
    }
    case Op::block:
    case Op::loop:
    case Op::try_table:
      return block(a, n, n.body);
    case Op::if_: {
      const bool then = pop(a).lo != 0;
      return block(a, n, then ? n.body : n.otherwise);
    }
    case Op::br:
      return branch(n.index);
    case Op::br_if:
      return pop(a).lo != 0 ? branch(n.index) : Flow::next;
    case Op::br_on_null:
      if (a.stack.back().lo != 0) return Flow::next;
      pop(a);
      return branch(n.index);
    case Op::br_on_non_null:
      if (a.stack.back().lo != 0) return branch(n.index);
      pop(a);
      return Flow::next;
    // From the struct type to the same without null.
    case Op::br_on_cast:
      return a.stack.back().lo != 0 ? branch(n.index) : Flow::next;
    case Op::br_on_cast_fail:
      return a.stack.back().lo == 0 ? branch(n.index) : Flow::next;
    case Op::br_table: {
      const uint64_t i = pop(a).lo;
      return branch(i < n.labels.size() - 1 ? n.labels[i] : n.labels.back());
    }
    case Op::return_:
      return Flow::leave;
    case Op::call:
      return call(a, n.index);
    case Op::return_call: {
      const Flow f = call(a, n.index);
      return f == Flow::next ? Flow::leave : f;
    }
    case Op::call_indirect: {
      const uint64_t i = pop(a).lo;
      if (i >= program_.functions.size()) return trap(TrapCode::undefined_element);
      const Function& f = program_.functions[i];
      if (f.params != n.params || f.results != n.results)
        return trap(TrapCode::indirect_call_type_mismatch);
      return call(a, static_cast<uint32_t>(i));
    }
    case Op::throw_:
      exception_.assign(a.stack.end() - static_cast<ptrdiff_t>(program_.tag.size()), a.stack.end());
      return Flow::thrown;
    case Op::memory_size:
      a.stack.push_back({memories[n.index].size() / page, 0});
      return Flow::next;
    case Op::memory_grow: {
      const uint64_t by = a.stack.back().lo, old = memories[n.index].size() / page;
      const bool fits = by <= 2 && old + by <= 2;
      if (fits) memories[n.index].resize((old + by) * page);
      a.stack.back() = {fits ? old : n.index == 0 ? 0xffffffff : ~uint64_t{0}, 0};
      return Flow::next;
    }
    case Op::unreachable:
      return trap(TrapCode::unreachable);
    default:
      break;
  }
  if (wasm::access_bytes(n.op) != 0) return access(a, n);
  if (meaning_of(n.op) != nullptr) return numeric(a, n);
  return objects(a, n);
}

// --- numbers

void Evaluator::note_nans(const Node& n, const Value* operands, size_t count) {
  const std::string_view text = wasm::op_info(n.op).text;
  const std::string_view letters = wasm::operand_letters(n.op);
  unsigned nans[4] = {};
  for (size_t i = 0; i < count; ++i) {
    const uint64_t half[2] = {operands[i].lo, operands[i].hi};
    for (unsigned lane = 0; lane < 4; ++lane) {
      if (letters[i] == 'v' && starts(text, "f32x4"))
        nans[lane] += is_nan32(half[lane / 2] >> (32 * (lane % 2)));
      if (letters[i] == 'v' && starts(text, "f64x2") && lane < 2)
        nans[lane] += is_nan64(half[lane]);
    }
    if (letters[i] == 'f') nans[0] += is_nan32(operands[i].lo);
    if (letters[i] == 'd') nans[0] += is_nan64(operands[i].lo);
  }
  // Machines' minima and maxima know no NaNs: engines answer with one of their own. So may relaxed
  // instructions.
  const bool extreme = letters[0] == 'v' && (text.find(".min") != std::string_view::npos ||
                                             text.find(".max") != std::string_view::npos ||
                                             text.find("relaxed") != std::string_view::npos);
  for (unsigned c : nans) ambiguous |= c > (extreme ? 0u : 1u);
}

Evaluator::Flow Evaluator::numeric(Activation& a, const Node& n) {
  size_t count = wasm::operand_letters(n.op).size();
  Value in[4], out[2];
  std::copy(a.stack.end() - static_cast<ptrdiff_t>(count), a.stack.end(), in);
  note_nans(n, in, count);
  if (n.op == Op::i8x16_shuffle) in[count++] = n.value;
  const TrapCode t = meaning_of(n.op)(in, n.more, out);
  if (t != TrapCode::none) return trap(t);
  a.stack.resize(a.stack.size() - wasm::operand_letters(n.op).size());
  for (size_t i = 0; i < wasm::result_letters(n.op).size(); ++i) a.stack.push_back(out[i]);
  return Flow::next;
}

// --- memory

Evaluator::Flow Evaluator::access(Activation& a, const Node& n) {
  const wasm::OpInfo& info = wasm::op_info(n.op);
  const std::string_view text = info.text;
  const bool lane = info.imm == wasm::Imm::memarg_lane, store = info.bytes_written() != 0;
  const unsigned size = wasm::access_bytes(n.op);
  Value value = lane || store ? pop(a) : Value{};
  const uint64_t address = pop(a).lo;
  std::vector<uint8_t>& memory = memories[n.index];
  if (address > memory.size() || n.more > memory.size() - address ||
      size > memory.size() - address - n.more)
    return trap(TrapCode::memory_out_of_bounds);
  uint8_t* at = memory.data() + address + n.more;
  uint8_t bytes[16] = {};
  const auto flat = [&](const Value& v) {
    for (unsigned i = 0; i < 16; ++i)
      bytes[i] = static_cast<uint8_t>((i < 8 ? v.lo : v.hi) >> (8 * (i & 7)));
  };
  const auto lifted = [&] {
    Value v;
    for (unsigned i = 0; i < 16; ++i)
      (i < 8 ? v.lo : v.hi) |= static_cast<uint64_t>(bytes[i]) << (8 * (i & 7));
    return v;
  };
  const size_t first = lane ? static_cast<size_t>(n.value.lo) * size : 0;
  if (store) {
    flat(value);
    std::memcpy(at, bytes + first, size);
    return Flow::next;
  }
  flat(value);
  std::memcpy(bytes + first, at, size);
  value = lifted();
  if (const Apply widen = lane ? nullptr : meaning_of(n.op)) {
    const Value in = value;
    value = {};
    widen(&in, 0, &value);
  } else if (text.size() > 2 && text.substr(text.size() - 2) == "_s" && !lane) {
    const unsigned shift = 64 - 8 * size;
    value.lo = static_cast<uint64_t>(static_cast<int64_t>(value.lo << shift) >> shift);
    if (text[1] == '3') value.lo &= 0xffffffff;
  }
  a.stack.push_back(value);
  return Flow::next;
}

// --- objects

Evaluator::Flow Evaluator::objects(Activation& a, const Node& n) {
  const auto make = [&](std::vector<Value> fields) {
    heap_.push_back({std::move(fields)});
    a.stack.push_back({heap_.size(), 0});
    return Flow::next;
  };
  switch (n.op) {
    case Op::ref_is_null:
      a.stack.back() = {a.stack.back().lo == 0 ? 1u : 0u, 0};
      return Flow::next;
    case Op::ref_eq: {
      const Value y = pop(a);
      a.stack.back() = {a.stack.back() == y ? 1u : 0u, 0};
      return Flow::next;
    }
    case Op::ref_as_non_null:
      return a.stack.back().lo == 0 ? trap(TrapCode::null_reference) : Flow::next;
    case Op::struct_new_default:
      return make(std::vector<Value>(sizeof struct_fields - 1));
    case Op::struct_new: {
      std::vector<Value> f(a.stack.end() - static_cast<ptrdiff_t>(sizeof struct_fields - 1),
                           a.stack.end());
      a.stack.resize(a.stack.size() - f.size());
      f[5].lo &= 0xff;
      return make(std::move(f));
    }
    case Op::struct_get:
    case Op::struct_get_s:
    case Op::struct_get_u: {
      const Value r = pop(a);
      if (r.lo == 0) return trap(TrapCode::null_structure);
      Value v = heap_[r.lo - 1].fields[n.index];
      if (n.op == Op::struct_get_s) v.lo = static_cast<uint32_t>(static_cast<int8_t>(v.lo));
      a.stack.push_back(v);
      return Flow::next;
    }
    case Op::struct_set: {
      Value v = pop(a);
      const Value r = pop(a);
      if (r.lo == 0) return trap(TrapCode::null_structure);
      if (n.index == 5) v.lo &= 0xff;
      heap_[r.lo - 1].fields[n.index] = v;
      return Flow::next;
    }
    case Op::array_new: {
      const Value count = pop(a), v = pop(a);
      return make(std::vector<Value>(static_cast<size_t>(count.lo), v));
    }
    case Op::array_new_fixed: {
      std::vector<Value> f(a.stack.end() - static_cast<ptrdiff_t>(n.more), a.stack.end());
      a.stack.resize(a.stack.size() - n.more);
      return make(std::move(f));
    }
    case Op::array_len: {
      const Value r = pop(a);
      if (r.lo == 0) return trap(TrapCode::null_array);
      a.stack.push_back({heap_[r.lo - 1].fields.size(), 0});
      return Flow::next;
    }
    case Op::array_get:
    case Op::array_set: {
      const Value v = n.op == Op::array_set ? pop(a) : Value{};
      const uint64_t i = pop(a).lo;
      const Value r = pop(a);
      if (r.lo == 0) return trap(TrapCode::null_array);
      std::vector<Value>& f = heap_[r.lo - 1].fields;
      if (i >= f.size()) return trap(TrapCode::array_out_of_bounds);
      if (n.op == Op::array_set) f[i] = v;
      else a.stack.push_back(f[i]);
      return Flow::next;
    }
    default:
      return trap(TrapCode::host);
  }
}

}  // namespace nacre::diff
