// SPDX-License-Identifier: Apache-2.0
//
// For tests: small modules as bytes, and a consumer that writes down what it is told.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "binary/decode.hpp"
#include "validate/function_validator.hpp"
#include "validate/module_validator.hpp"

namespace nacre::validate::test {

using ByteVector = std::vector<uint8_t>;

inline void append_leb(ByteVector& out, uint64_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<uint8_t>(n | 0x80));
  out.push_back(static_cast<uint8_t>(n));
}
inline void append(ByteVector& out, const ByteVector& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

inline constexpr uint8_t i32 = 0x7f, i64 = 0x7e, f32 = 0x7d, f64 = 0x7c, v128 = 0x7b,
                         funcref = 0x70;

// Collects the items of a module's sections and writes them in order. The type of the i-th
// function is types[func_types[i]].
class ModuleBytes {
 public:
  wasm::Features features = wasm::Features::all();

  // Adds a function type and gives its index.
  uint32_t type(const ByteVector& params, const ByteVector& results) {
    ByteVector t{0x60};
    append_leb(t, params.size());
    append(t, params);
    append_leb(t, results.size());
    append(t, results);
    return raw_type(t);
  }
  uint32_t raw_type(const ByteVector& definition) { return add(types_, definition); }
  // A function; `locals` and `code` are bytes, the final end included in `code`.
  uint32_t func(uint32_t type_index, const ByteVector& code, const ByteVector& locals = {0}) {
    ByteVector index;
    append_leb(index, type_index);
    ByteVector body = locals, sized;
    append(body, code);
    append_leb(sized, body.size());
    append(sized, body);
    add(codes_, sized);
    return add(funcs_, index);
  }
  void memory(const ByteVector& limits) { add(memories_, limits); }
  void table(const ByteVector& type) { add(tables_, type); }
  void global(const ByteVector& type_and_init) { add(globals_, type_and_init); }
  void tag(uint32_t type_index) { add(tags_, {0, static_cast<uint8_t>(type_index)}); }
  void exports(const ByteVector& name_kind_index) { add(exports_, name_kind_index); }
  void elem(const ByteVector& segment) { add(elems_, segment); }
  void data(const ByteVector& segment) { add(datas_, segment); }
  void start(uint32_t func) { append_leb(start_, func); }

  const ByteVector& bytes() {
    bytes_ = {0, 'a', 's', 'm', 1, 0, 0, 0};
    section(1, types_);
    section(3, funcs_);
    section(4, tables_);
    section(5, memories_);
    section(13, tags_);
    section(6, globals_);
    section(7, exports_);
    if (!start_.empty()) raw_section(8, start_);
    section(9, elems_);
    if (datas_.count > 0) {
      ByteVector count;
      append_leb(count, datas_.count);
      raw_section(12, count);
    }
    section(10, codes_);
    section(11, datas_);
    return bytes_;
  }

  // Decodes; the module points into this object.
  Result<wasm::Module> decode() {
    bytes();
    binary::DecodeOptions options;
    options.features = features;
    return binary::decode({bytes_.data(), bytes_.size()}, nullptr, options);
  }
  // Decodes and validates: "" or "malformed: ..." / "invalid: ..." / "unsupported: ..." /
  // "limit: ...".
  std::string check() {
    Result<wasm::Module> module = decode();
    if (!module) return text(module.error());
    Result<void> valid = validate_module(*module);
    return valid ? "" : text(valid.error());
  }
  static std::string text(const Error& error) {
    const char* kind = error.kind == ErrorKind::malformed     ? "malformed: "
                       : error.kind == ErrorKind::invalid     ? "invalid: "
                       : error.kind == ErrorKind::unsupported ? "unsupported: "
                       : error.kind == ErrorKind::limit       ? "limit: "
                                                              : "other: ";
    return kind + error.message;
  }

 private:
  struct Items {
    uint32_t count = 0;
    ByteVector bytes;
  };
  static uint32_t add(Items& items, const ByteVector& item) {
    append(items.bytes, item);
    return items.count++;
  }
  void raw_section(uint8_t id, const ByteVector& contents) {
    bytes_.push_back(id);
    append_leb(bytes_, contents.size());
    append(bytes_, contents);
  }
  void section(uint8_t id, const Items& items) {
    if (items.count == 0) return;
    ByteVector contents;
    append_leb(contents, items.count);
    append(contents, items.bytes);
    raw_section(id, contents);
  }

  Items types_, funcs_, tables_, memories_, tags_, globals_, exports_, elems_, codes_, datas_;
  ByteVector start_, bytes_;
};

// Numbers the values it hands out and logs every call: "%2=binary(%0,%1)" and so on. Handlers
// without details of interest log their name.
class Recorder {
 public:
  struct Value {
    int id = -1;
  };
  struct Label {
    int id = -1;
  };
  using Frame = ControlFrame<Recorder>;
  using Ops = Operands<Recorder>;

  std::string log;
  std::vector<uint64_t> offsets;

  void begin(const FuncStart& f) { note("begin:" + std::to_string(f.num_locals)); }
  void finish() { note("finish"); }
  void at(uint64_t offset) { offsets.push_back(offset); }

  Value constant(ValType, uint64_t bits) { return made("const:" + std::to_string(bits)); }
  Value local_get(uint32_t i, ValType) { return made("get" + std::to_string(i)); }
  void local_set(uint32_t i, ValType, Value v) { note("set" + std::to_string(i) + one(v)); }
  Value local_tee(uint32_t i, ValType, Value v) { return made("tee" + std::to_string(i) + one(v)); }
  void drop(ValType, Value v) { note("drop" + one(v)); }
  Value unary(Op op, Value a) { return made(wasm::op_info(op).text + one(a)); }
  Value binary(Op op, Value a, Value b) { return made(wasm::op_info(op).text + one(a) + one(b)); }
  void wide(Op op, std::span<const Value> in, std::span<Value, 2> out) {
    std::string text = wasm::op_info(op).text;
    for (Value v : in) text += one(v);
    out[0] = made(text + ".lo");
    out[1] = made(text + ".hi");
  }
  void block(Frame& f, Ops p) { opened("block", f, p); }
  void loop(Frame& f, Ops p) { opened("loop", f, p); }
  void if_(Frame& f, Value c, Ops p) { opened("if" + one(c), f, p); }
  void try_(Frame& f, Ops p) { opened("try", f, p); }
  void try_table(Frame& f, std::span<const Catch> clauses, std::span<Frame* const> labels, Ops p) {
    std::string text = "try_table";
    for (size_t i = 0; i < clauses.size(); ++i) text += ":L" + std::to_string(labels[i]->label.id);
    opened(text, f, p);
  }
  void else_(Frame& f, bool reachable, Ops r) {
    note("else:L" + std::to_string(f.label.id) + (reachable ? "+" : "-") + all(r));
  }
  void else_params(Frame&, Ops p) { note("else_params" + fill(p)); }
  void end(Frame& f, bool reachable, Ops r) {
    note("end:L" + std::to_string(f.label.id) + (reachable ? "+" : "-") + (f.reached ? "r" : "") +
         all(r));
  }
  void end_results(Frame&, Ops r) { note("results" + fill(r)); }
  void catch_(Frame&, bool reachable, Ops r, uint32_t, Ops caught) {
    note(std::string("catch") + (reachable ? "+" : "-") + all(r) + "->" + fill(caught));
  }
  void catch_all(Frame&, bool reachable, Ops r) {
    note(std::string("catch_all") + (reachable ? "+" : "-") + all(r));
  }
  void delegate(Frame&, bool reachable, Ops r, Frame& target) {
    note(std::string("delegate") + (reachable ? "+" : "-") + all(r) + ":L" +
         std::to_string(target.label.id));
  }
  void rethrow(Frame& f) { note("rethrow:L" + std::to_string(f.label.id)); }
  void br(Frame& f, Ops v) { note("br:L" + std::to_string(f.label.id) + all(v)); }
  void br_if(Frame& f, Value c, Ops v) {
    note("br_if:L" + std::to_string(f.label.id) + one(c) + all(v));
  }
  void br_table(Value i, std::span<Frame* const> frames, Ops v) {
    std::string text = "br_table" + one(i);
    for (const Frame* f : frames) text += ":L" + std::to_string(f->label.id);
    note(text + all(v));
  }
  void return_(Ops v) { note("return" + all(v)); }
  void call(uint32_t f, TypeId, Ops args, Ops results) {
    const std::string text = "call" + std::to_string(f) + all(args) + "->";
    note(text + fill(results));
  }
  void return_call(uint32_t f, TypeId, Ops args) {
    note("return_call" + std::to_string(f) + all(args));
  }
  Value struct_new(TypeId, Ops fields) { return made("struct_new" + all(fields)); }
  Value br_on_null(Frame& f, ValType, Value r, Ops v) {
    return made("br_on_null:L" + std::to_string(f.label.id) + one(r) + all(v));
  }
  void br_on_non_null(Frame& f, ValType, Ops v) {
    note("br_on_non_null:L" + std::to_string(f.label.id) + all(v));
  }
  Value br_on_cast(Op, Frame& f, ValType, ValType, Ops v) {
    return made("br_on_cast:L" + std::to_string(f.label.id) + all(v));
  }
  void throw_(uint32_t, Ops v) { note("throw" + all(v)); }

#define NACRE_VALUE(name) \
  template <class... A>   \
  Value name(A&&...) {    \
    return made(#name);   \
  }
#define NACRE_NOTE(name) \
  template <class... A>  \
  void name(A&&...) {    \
    note(#name);         \
  }
  // clang-format off
  NACRE_VALUE(constant_v128)
  NACRE_VALUE(global_get)
  NACRE_NOTE(global_set)
  NACRE_VALUE(select)
  NACRE_VALUE(ternary)
  NACRE_VALUE(extract_lane)
  NACRE_VALUE(replace_lane)
  NACRE_VALUE(shuffle)
  NACRE_VALUE(load)
  NACRE_NOTE(store)
  NACRE_VALUE(load_lane)
  NACRE_NOTE(store_lane)
  NACRE_VALUE(memory_size)
  NACRE_VALUE(memory_grow)
  NACRE_NOTE(memory_fill)
  NACRE_NOTE(memory_copy)
  NACRE_NOTE(memory_init)
  NACRE_NOTE(data_drop)
  NACRE_VALUE(atomic_load)
  NACRE_NOTE(atomic_store)
  NACRE_VALUE(atomic_rmw)
  NACRE_VALUE(atomic_cmpxchg)
  NACRE_VALUE(atomic_wait)
  NACRE_VALUE(atomic_notify)
  NACRE_NOTE(atomic_fence)
  NACRE_VALUE(table_get)
  NACRE_NOTE(table_set)
  NACRE_VALUE(table_size)
  NACRE_VALUE(table_grow)
  NACRE_NOTE(table_fill)
  NACRE_NOTE(table_copy)
  NACRE_NOTE(table_init)
  NACRE_NOTE(elem_drop)
  NACRE_VALUE(ref_null)
  NACRE_VALUE(ref_is_null)
  NACRE_VALUE(ref_func)
  NACRE_VALUE(ref_eq)
  NACRE_VALUE(ref_as_non_null)
  NACRE_VALUE(ref_test)
  NACRE_VALUE(ref_cast)
  NACRE_VALUE(struct_new_default)
  NACRE_VALUE(struct_get)
  NACRE_NOTE(struct_set)
  NACRE_VALUE(array_new)
  NACRE_VALUE(array_new_default)
  NACRE_VALUE(array_new_fixed)
  NACRE_VALUE(array_new_data)
  NACRE_VALUE(array_new_elem)
  NACRE_VALUE(array_get)
  NACRE_NOTE(array_set)
  NACRE_VALUE(array_len)
  NACRE_NOTE(array_fill)
  NACRE_NOTE(array_copy)
  NACRE_NOTE(array_init_data)
  NACRE_NOTE(array_init_elem)
  NACRE_VALUE(ref_i31)
  NACRE_VALUE(i31_get)
  NACRE_VALUE(convert_extern)
  NACRE_NOTE(unreachable)
  NACRE_NOTE(nop)
  NACRE_NOTE(call_indirect)
  NACRE_NOTE(call_ref)
  NACRE_NOTE(return_call_indirect)
  NACRE_NOTE(return_call_ref)
  NACRE_NOTE(throw_ref)
  // clang-format on
#undef NACRE_VALUE
#undef NACRE_NOTE

 private:
  void note(const std::string& text) { log += (log.empty() ? "" : " ") + text; }
  Value made(const std::string& text) {
    const Value v{next_value_++};
    note("%" + std::to_string(v.id) + "=" + text);
    return v;
  }
  static std::string one(Value v) { return "(%" + std::to_string(v.id) + ")"; }
  static std::string all(Ops ops) {
    std::string text;
    for (const auto& op : ops) text += one(op.value);
    return text;
  }
  // Gives every operand a new handle.
  std::string fill(Ops ops) {
    for (auto& op : ops) op.value.id = next_value_++;
    return all(ops);
  }
  void opened(const std::string& what, Frame& f, Ops params) {
    f.label.id = next_label_++;
    note(what + ":L" + std::to_string(f.label.id) + all(params));
  }

  int next_value_ = 0;
  int next_label_ = 1;
};

}  // namespace nacre::validate::test
