// SPDX-License-Identifier: Apache-2.0
#include "validate/module_validator.hpp"

#include <algorithm>
#include <string>

#include "base/quote.hpp"
#include "binary/decode.hpp"
#include "validate/errors.hpp"
#include "validate/function_validator.hpp"

namespace nacre::validate {
namespace {

using binary::Item;
using wasm::Limits;
using wasm::Module;
using wasm::SizeLimits;
using wasm::TypeTable;

std::string number(uint64_t n) { return std::to_string(n); }

// Checks the declarations in the order of the sections and keeps the first error.
class Declarations {
 public:
  Declarations(const Module& module, const Limits& limits, DeclaredFuncs* declared)
      : module_(module),
        types_(module.type_table),
        limits_(limits),
        declared_(declared),
        constants_(module, nothing_, limits) {}

  Result<void> check() {
    types();
    functions();
    tables();
    memories();
    tags();
    globals();
    exports();
    start();
    elems();
    datas();
    if (failed_) return std::move(error_);
    return {};
  }

 private:
  void types();
  void functions();
  void tables();
  void memories();
  void tags();
  void globals();
  void exports();
  void start();
  void elems();
  void datas();

  void sub_type(TypeId id);
  void memory(const wasm::MemoryType& type, size_t index);
  void size_limits(const SizeLimits& size, uint64_t largest, const char* what, Item item,
                   size_t index);
  void elem(const wasm::Elem& segment);
  size_t space_size(wasm::ExternKind kind) const;
  void constant(const wasm::ConstExpr& expr, ValType expected, size_t visible_globals);
  void declare(uint32_t func) {
    if (declared_ != nullptr) declared_->add(func);
  }

  void fail(const std::string& text, uint64_t offset, ErrorKind kind = ErrorKind::invalid) {
    if (!failed_) error_ = make_error(kind, text, offset);
    failed_ = true;
  }
  void fail(const std::string& text, Item item, size_t index, ErrorKind kind = ErrorKind::invalid) {
    if (!failed_)
      fail(text, binary::offset_of(module_, limits_, item, static_cast<uint32_t>(index)), kind);
  }

  const Module& module_;
  const TypeTable& types_;
  const Limits& limits_;
  DeclaredFuncs* declared_;
  NullConsumer nothing_;
  FunctionValidator<NullConsumer> constants_;
  bool failed_ = false;
  Error error_;
};

// The first type index with this id, which the module has.
size_t type_index(const Module& module, TypeId id) {
  return static_cast<size_t>(std::find(module.types.begin(), module.types.end(), id) -
                             module.types.begin());
}
std::string type_name(const Module& module, TypeId id) { return number(type_index(module, id)); }

void Declarations::types() {
  for (TypeId id = 0; id < types_.size() && !failed_; ++id)
    if (types_.super(id) != wasm::no_type) sub_type(id);
}

void Declarations::sub_type(TypeId id) {
  const TypeId super = types_.super(id);
  const bool allowed = !types_.is_final(super) && types_.structure_matches(id, super);
  if (!allowed) {
    const char* why = types_.is_final(super) ? ", which is final" : "";
    return fail("sub type " + type_name(module_, id) + " does not match super type " +
                    type_name(module_, super) + why,
                Item::type, type_index(module_, id));
  }
  if (types_.depth(id) > limits_.max_subtype_depth)
    fail("sub type depth of type " + type_name(module_, id) + " is above " +
             number(limits_.max_subtype_depth),
         Item::type, type_index(module_, id), ErrorKind::limit);
}

void Declarations::functions() {
  for (size_t i = 0; i < module_.funcs.size() && !failed_; ++i)
    if (!types_.is_func(module_.funcs[i]))
      fail("unknown type: function " + number(i) + " needs a function type", Item::func, i);
}

void Declarations::size_limits(const SizeLimits& size, uint64_t largest, const char* what,
                               Item item, size_t index) {
  if (size.has_max && size.min > size.max) {
    return fail("size minimum must not be greater than maximum: " + number(size.min) + " > " +
                    number(size.max),
                item, index);
  }
  if (size.min > largest || (size.has_max && size.max > largest)) fail(what, item, index);
}

void Declarations::tables() {
  for (size_t i = 0; i < module_.tables.size() && !failed_; ++i) {
    const wasm::Table& table = module_.tables[i];
    const SizeLimits& size = table.type.limits;
    if (size.is64) size_limits(size, ~uint64_t{0}, "", Item::table, i);
    else
      size_limits(size, 0xffffffff, "table size must be at most 4294967295 entries", Item::table,
                  i);
    if (!table.init.code.empty()) {
      constant(table.init, table.type.elem, module_.num_imported_globals);
    } else if (i >= module_.num_imported_tables && !table.type.elem.defaultable()) {
      fail("type mismatch: table " + number(i) +
               " of non-nullable references needs an initial value",
           Item::table, i);
    }
  }
}

void Declarations::memories() {
  for (size_t i = 0; i < module_.memories.size() && !failed_; ++i) memory(module_.memories[i], i);
}

void Declarations::memory(const wasm::MemoryType& type, size_t index) {
  const SizeLimits& size = type.limits;
  uint64_t largest = wasm::max_pages32;
  const char* what = "memory size must be at most 65536 pages (4GiB)";
  if (type.page_size_log2 == 0) {
    largest = size.is64 ? ~uint64_t{0} : 0xffffffff;
    what = "memory size must be at most 4294967295 pages of one byte (4GiB)";
  } else if (size.is64) {
    largest = wasm::max_pages64;
    what = "memory size must be at most 2^48 pages (16EiB)";
  }
  size_limits(size, largest, what, Item::memory, index);
  if (size.shared && !size.has_max) fail("shared memory must have maximum", Item::memory, index);
}

void Declarations::tags() {
  for (size_t i = 0; i < module_.tags.size() && !failed_; ++i) {
    const TypeId type = module_.tags[i].type;
    if (!types_.is_func(type))
      fail("unknown type: tag " + number(i) + " needs a function type", Item::tag, i);
    else if (!types_.results(type).empty())
      fail("non-empty tag result type: tag " + number(i), Item::tag, i);
  }
}

// A global's initialiser sees the globals before it.
void Declarations::globals() {
  for (size_t i = module_.num_imported_globals; i < module_.globals.size() && !failed_; ++i)
    constant(module_.globals[i].init, module_.globals[i].type.type, i);
}

size_t Declarations::space_size(wasm::ExternKind kind) const {
  switch (kind) {
    case wasm::ExternKind::func:
      return module_.funcs.size();
    case wasm::ExternKind::table:
      return module_.tables.size();
    case wasm::ExternKind::memory:
      return module_.memories.size();
    case wasm::ExternKind::global:
      return module_.globals.size();
    case wasm::ExternKind::tag:
      return module_.tags.size();
  }
  return 0;
}

void Declarations::exports() {
  static constexpr const char* names[] = {"function", "table", "memory", "global", "tag"};
  for (const wasm::Export& e : module_.exports) {
    if (failed_) return;
    if (e.index >= space_size(e.kind)) {
      fail(std::string("unknown ") + names[static_cast<size_t>(e.kind)] + " " + number(e.index) +
               ", exported as " + quoted_name(e.name),
           Item::export_, static_cast<size_t>(&e - module_.exports.data()));
    } else if (e.kind == wasm::ExternKind::func) {
      declare(e.index);
    }
  }
}

void Declarations::start() {
  if (module_.start == wasm::no_index || failed_) return;
  if (module_.start >= module_.funcs.size())
    return fail("unknown function " + number(module_.start) + ", the start function", Item::start,
                0);
  const TypeId type = module_.funcs[module_.start];
  if (!types_.params(type).empty() || !types_.results(type).empty()) {
    fail("start function " + number(module_.start) + " must take and return nothing", Item::start,
         0);
  }
}

void Declarations::elems() {
  for (const wasm::Elem& segment : module_.elems) {
    if (failed_) return;
    elem(segment);
  }
}

void Declarations::elem(const wasm::Elem& segment) {
  if (segment.mode == wasm::SegmentMode::active) {
    if (segment.table >= module_.tables.size())
      return fail("unknown table " + number(segment.table), segment.position);
    const wasm::TableType& table = module_.tables[segment.table].type;
    if (!types_.matches(segment.type, table.elem)) {
      return fail("type mismatch: element segment of " + type_text(segment.type, module_) +
                      " for a table of " + type_text(table.elem, module_),
                  segment.position);
    }
    constant(segment.offset, table.limits.index_type(), module_.globals.size());
  }
  for (uint32_t func : segment.funcs) {
    if (func >= module_.funcs.size())
      return fail("unknown function " + number(func), segment.position);
    declare(func);
  }
  for (const wasm::ConstExpr& expr : segment.exprs) {
    if (failed_) return;
    constant(expr, segment.type, module_.globals.size());
  }
}

void Declarations::datas() {
  for (const wasm::Data& segment : module_.datas) {
    if (failed_) return;
    if (segment.mode != wasm::SegmentMode::active) continue;
    if (segment.memory >= module_.memories.size())
      return fail("unknown memory " + number(segment.memory), segment.position);
    constant(segment.offset, module_.memories[segment.memory].limits.index_type(),
             module_.globals.size());
  }
}

void Declarations::constant(const wasm::ConstExpr& expr, ValType expected, size_t visible_globals) {
  if (failed_) return;
  if (constants_.run_const(expr, expected, static_cast<uint32_t>(visible_globals), declared_))
    return;
  error_ = constants_.take_error();
  failed_ = true;
}

}  // namespace

Result<void> validate_declarations(const Module& module, const Limits& limits,
                                   DeclaredFuncs* declared) {
  return Declarations(module, limits, declared).check();
}

Result<void> validate_functions(const Module& module, uint32_t first, uint32_t count,
                                const Limits& limits, const DeclaredFuncs* declared) {
  NullConsumer nothing;
  FunctionValidator<NullConsumer> validator(module, nothing, limits, declared);
  for (uint32_t i = 0; i < count; ++i)
    if (!validator.run(first + i)) return validator.take_error();
  return {};
}

Result<void> validate_module(const Module& module, const Limits& limits) {
  DeclaredFuncs declared;
  Result<void> result = validate_declarations(module, limits, &declared);
  if (result) result = validate_functions(module, 0, module.num_defined_funcs(), limits, &declared);
  if (result) return result;
  return well_formed_first(module, std::move(result.error()));
}

}  // namespace nacre::validate
