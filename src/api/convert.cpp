// SPDX-License-Identifier: Apache-2.0
#include "api/convert.hpp"

#include "wasm/limits.hpp"

namespace nacre::detail {

// The public enumerations list the same things in the same order.
static_assert(static_cast<int>(ValKind::i32) == static_cast<int>(wasm::Kind::i32));
static_assert(static_cast<int>(ValKind::i16) == static_cast<int>(wasm::Kind::i16));
static_assert(static_cast<int>(HeapKind::noexn) == static_cast<int>(wasm::Heap::noexn));
static_assert(static_cast<int>(HeapKind::any) == static_cast<int>(wasm::Heap::any));
static_assert(static_cast<int>(ExternKind::tag) == static_cast<int>(wasm::ExternKind::tag));

ValType to_public(wasm::ValType type) {
  if (!type.is_ref()) return ValType(static_cast<ValKind>(type.kind()));
  const wasm::HeapType heap = type.heap();
  if (heap.is_concrete()) return ValType::ref_to(heap.type(), type.nullable());
  return ValType::ref(static_cast<HeapKind>(heap.abstract()), type.nullable());
}

FuncType to_public_func(std::span<const wasm::ValType> params,
                        std::span<const wasm::ValType> results) {
  FuncType f;
  for (const wasm::ValType t : params) f.params.push_back(to_public(t));
  for (const wasm::ValType t : results) f.results.push_back(to_public(t));
  return f;
}

MemoryType to_public(const wasm::MemoryType& type) {
  MemoryType m;
  m.min = type.limits.min;
  m.max = type.limits.max;
  m.has_max = type.limits.has_max;
  m.is64 = type.limits.is64;
  m.shared = type.limits.shared;
  m.page_size = static_cast<uint32_t>(type.page_bytes());
  return m;
}

TableType to_public_table(wasm::ValType elem, const wasm::SizeLimits& limits) {
  TableType t;
  t.elem = to_public(elem);
  t.min = limits.min;
  t.max = limits.max;
  t.has_max = limits.has_max;
  t.is64 = limits.is64;
  return t;
}

ExternType extern_type(const runtime::CompiledModule& m, wasm::ExternKind kind, uint32_t index) {
  const wasm::Module& module = m.module;
  ExternType e;
  e.kind = static_cast<ExternKind>(kind);
  switch (kind) {
    case wasm::ExternKind::func: {
      const runtime::RuntimeType* t = m.func_type(index);
      e.func = to_public_func(t->params, t->results);
      break;
    }
    case wasm::ExternKind::tag: {
      const runtime::RuntimeType* t = m.types[module.tags[index].type];
      e.func = to_public_func(t->params, t->results);
      break;
    }
    case wasm::ExternKind::table: {
      const wasm::TableType& t = module.tables[index].type;
      e.table = to_public_table(runtime::TypeRegistry::globalize(t.elem, m.types), t.limits);
      break;
    }
    case wasm::ExternKind::memory:
      e.memory = to_public(module.memories[index]);
      break;
    case wasm::ExternKind::global: {
      const wasm::GlobalType& t = module.globals[index].type;
      e.global.type = to_public(runtime::TypeRegistry::globalize(t.type, m.types));
      e.global.is_mutable = t.is_mutable;
      break;
    }
  }
  return e;
}

ExternType extern_type(const runtime::Extern& item) {
  ExternType e;
  e.kind = static_cast<ExternKind>(item.kind);
  switch (item.kind) {
    case wasm::ExternKind::func:
      e.func = to_public_func(item.func->type->params, item.func->type->results);
      break;
    case wasm::ExternKind::tag:
      e.func = to_public_func(item.tag->type->params, item.tag->type->results);
      break;
    case wasm::ExternKind::table:
      e.table = to_public_table(item.table->elem, item.table->limits);
      e.table.min = item.table->size();
      break;
    case wasm::ExternKind::memory:
      e.memory = to_public(item.memory->type);
      e.memory.min = item.memory->pages();
      break;
    case wasm::ExternKind::global:
      e.global.type = to_public(item.global->type.type);
      e.global.is_mutable = item.global->type.is_mutable;
      break;
  }
  return e;
}

Result<wasm::ValType> to_wasm(const runtime::TypeRegistry& registry, ValType type) {
  if (type.kind() == ValKind::i8 || type.kind() == ValKind::i16)
    return make_error(ErrorKind::invalid_argument, "a storage type where a value type is needed");
  const bool concrete = type.is_ref() && type.heap() == HeapKind::concrete;
  if (concrete && registry.find(type.type_id()) == nullptr)
    return make_error(ErrorKind::invalid_argument, "a type that no living module defines");
  return to_wasm_unchecked(type);
}

wasm::ValType to_wasm_unchecked(ValType type) {
  if (!type.is_ref()) return wasm::ValType(static_cast<wasm::Kind>(type.kind()));
  if (type.heap() != HeapKind::concrete)
    return wasm::ValType::ref(static_cast<wasm::Heap>(type.heap()), type.nullable());
  return wasm::ValType::ref(wasm::HeapType::concrete(type.type_id()), type.nullable());
}

Result<std::vector<wasm::ValType>> to_wasm(const runtime::TypeRegistry& registry,
                                           Span<const ValType> types) {
  std::vector<wasm::ValType> out;
  out.reserve(types.size());
  for (const ValType t : types) {
    Result<wasm::ValType> w = to_wasm(registry, t);
    if (!w) return std::move(w.error());
    out.push_back(*w);
  }
  return out;
}

Result<const runtime::RuntimeType*> intern_func(const Engine& engine, Span<const ValType> params,
                                                Span<const ValType> results) {
  const Limits& limits = engine.config().limits;
  const auto too_many = [](const char* what, size_t n) {
    return make_error(ErrorKind::limit, std::string("too many ") + what + ": " + std::to_string(n));
  };
  if (params.size() > limits.max_params) return too_many("parameters", params.size());
  if (results.size() > limits.max_results) return too_many("results", results.size());
  runtime::TypeRegistry& registry = *engine.data()->registry;
  const Result<std::vector<wasm::ValType>> p = to_wasm(registry, params);
  if (!p) return Error(p.error());
  const Result<std::vector<wasm::ValType>> r = to_wasm(registry, results);
  if (!r) return Error(r.error());
  const runtime::RuntimeType* type = registry.intern_func(*p, *r);
  if (type == nullptr) return make_error(ErrorKind::limit, "too many types in this engine");
  return type;
}

Result<wasm::MemoryType> to_wasm(const MemoryType& type) {
  if (type.page_size != 1 && type.page_size != 65536)
    return make_error(ErrorKind::invalid_argument, "page size must be 1 or 65536");
  if (type.has_max && type.max < type.min)
    return make_error(ErrorKind::invalid_argument, "size minimum must not be greater than maximum");
  if (type.shared && !type.has_max)
    return make_error(ErrorKind::invalid_argument, "shared memory must have maximum");
  wasm::MemoryType w;
  w.page_size_log2 = type.page_size == 1 ? 0 : 16;
  const unsigned address_bits = type.is64 ? 64 : 32;
  const uint64_t most = w.page_size_log2 == 16 ? (type.is64 ? wasm::max_pages64 : wasm::max_pages32)
                        : address_bits == 64   ? ~uint64_t{0}
                                               : 0xffffffffu;
  if (type.min > most || (type.has_max && type.max > most))
    return make_error(ErrorKind::invalid_argument, "memory size exceeds its address space");
  w.limits.min = type.min;
  w.limits.max = type.has_max ? type.max : 0;
  w.limits.has_max = type.has_max;
  w.limits.is64 = type.is64;
  w.limits.shared = type.shared;
  return w;
}

Result<wasm::SizeLimits> to_wasm_limits(const TableType& type) {
  if (type.has_max && type.max < type.min)
    return make_error(ErrorKind::invalid_argument, "size minimum must not be greater than maximum");
  if (!type.is64 && (type.min > 0xffffffffu || (type.has_max && type.max > 0xffffffffu)))
    return make_error(ErrorKind::invalid_argument, "table size exceeds its address space");
  wasm::SizeLimits l;
  l.min = type.min;
  l.max = type.has_max ? type.max : 0;
  l.has_max = type.has_max;
  l.is64 = type.is64;
  return l;
}

RefKind ref_kind(wasm::Heap top) {
  switch (top) {
    case wasm::Heap::func:
      return RefKind::func;
    case wasm::Heap::extern_:
      return RefKind::extern_;
    case wasm::Heap::exn:
      return RefKind::exn;
    default:
      return RefKind::any;
  }
}

Value decode_value(StoreData& store, wasm::ValType type, const runtime::Slot* slots) {
  switch (type.kind()) {
    case wasm::Kind::i64:
      return Value(static_cast<uint64_t>(slots[0]));
    case wasm::Kind::f32:
      return Value::f32_bits(static_cast<uint32_t>(slots[0]));
    case wasm::Kind::f64:
      return Value::f64_bits(slots[0]);
    case wasm::Kind::v128:
      return Value(Codec<V128>::decode(nullptr, slots));
    case wasm::Kind::ref:
      return Value(Ref::from_bits(store.anchor.get(), ref_kind(store.registry().top(type.heap())),
                                  slots[0]));
    default:
      return Value(static_cast<uint32_t>(slots[0]));
  }
}

RefShape shape_of(StoreData& store, RefKind kind, runtime::RefBits bits) {
  if (bits == 0) return RefShape::null;
  if (kind == RefKind::func) return RefShape::func;
  const auto ref = static_cast<runtime::GcRef>(bits);
  if (runtime::gc::is_i31(ref)) return RefShape::i31;
  if (store.heap().is_host(ref)) return RefShape::host;
  if (store.heap().header(ref).type_id == runtime::gc::exception_type_id) return RefShape::exn;
  return store.heap().type(ref)->kind == wasm::CompositeKind::struct_ ? RefShape::struct_
                                                                      : RefShape::array;
}

bool ref_matches(StoreData& store, runtime::RefBits bits, wasm::HeapType type) {
  using wasm::Heap;
  runtime::TypeRegistry& registry = store.registry();
  const Heap top = registry.top(type);
  if (top == Heap::func) {
    const auto* func = reinterpret_cast<const runtime::Func*>(static_cast<uintptr_t>(bits));
    if (type.is_concrete()) return func->type->is_subtype_of(registry.by_id(type.type()));
    return type.abstract() == Heap::func;
  }
  if (top != Heap::any) return type.abstract() == top;
  const RefShape shape = shape_of(store, RefKind::any, bits);
  const bool is_object = shape == RefShape::struct_ || shape == RefShape::array;
  if (type.is_concrete())
    return is_object && store.heap()
                            .type(static_cast<runtime::GcRef>(bits))
                            ->is_subtype_of(registry.by_id(type.type()));
  switch (type.abstract()) {
    case Heap::any:
      return true;
    case Heap::eq:
      return is_object || shape == RefShape::i31;
    case Heap::i31:
      return shape == RefShape::i31;
    case Heap::struct_:
      return shape == RefShape::struct_;
    case Heap::array:
      return shape == RefShape::array;
    default:
      return false;
  }
}

namespace {

// What `value` is, in words: its type; of references what they refer to.
std::string kind_text(const Value& value) {
  static constexpr const char* numbers[] = {"i32", "i64", "f32", "f64", "v128"};
  if (!value.is_ref()) return numbers[static_cast<size_t>(value.kind())];
  static constexpr const char* shapes[] = {
      "a null that does not fit", "a function",  "an i31", "a struct", "an array",
      "a host reference",         "an exception"};  // a null is wrong where none may be, or one of
                                                    // another hierarchy
  return shapes[static_cast<size_t>(value.ref().shape())];
}

Error type_mismatch(wasm::ValType type, const Value& value) {
  return make_error(ErrorKind::invalid_argument,
                    "expected " + to_string(to_public(type)) + ", found " + kind_text(value));
}

Result<void> encode_reference(StoreData& store, wasm::ValType type, const Value& value,
                              runtime::Slot* slots) {
  const Ref& ref = value.ref();
  if (store_ended(ref)) return store_gone();
  if (ref.kind() != ref_kind(store.registry().top(type.heap()))) return type_mismatch(type, value);
  if (ref.is_null()) {
    if (!type.nullable()) return type_mismatch(type, value);
    slots[0] = 0;
    return {};
  }
  if (ref.anchor() != nullptr && ref.anchor() != store.anchor.get()) return wrong_store();
  const runtime::RefBits bits = ref.raw_bits();
  if (!ref_matches(store, bits, type.heap())) return type_mismatch(type, value);
  slots[0] = bits;
  return {};
}

}  // namespace

Result<void> encode_value(StoreData& store, wasm::ValType type, const Value& value,
                          runtime::Slot* slots) {
  if (type.is_ref()) {
    if (!value.is_ref()) return type_mismatch(type, value);
    return encode_reference(store, type, value, slots);
  }
  // ValueKind counts numbers and vectors from i32 as wasm::Kind does, one lower.
  if (static_cast<int>(value.kind()) + 1 != static_cast<int>(type.kind()))
    return type_mismatch(type, value);
  if (type.is_vec()) Codec<V128>::encode(nullptr, value.v128(), slots);
  else slots[0] = value.u64();
  return {};
}

Extern to_public(StoreData& store, const runtime::Extern& item) {
  void* object = nullptr;
  switch (item.kind) {
    case wasm::ExternKind::func:
      object = item.func;
      break;
    case wasm::ExternKind::table:
      object = item.table;
      break;
    case wasm::ExternKind::memory:
      object = item.memory;
      break;
    case wasm::ExternKind::global:
      object = item.global;
      break;
    case wasm::ExternKind::tag:
      object = item.tag;
      break;
  }
  return Extern(static_cast<ExternKind>(item.kind), store.anchor.get(), object);
}

runtime::Extern to_runtime(const Extern& item) {
  runtime::Extern e;
  e.kind = static_cast<wasm::ExternKind>(item.kind());
  switch (item.kind()) {
    case ExternKind::func:
      e.func = static_cast<runtime::Func*>(item.object());
      break;
    case ExternKind::table:
      e.table = static_cast<runtime::Table*>(item.object());
      break;
    case ExternKind::memory:
      e.memory = static_cast<runtime::Memory*>(item.object());
      break;
    case ExternKind::global:
      e.global = static_cast<runtime::Global*>(item.object());
      break;
    case ExternKind::tag:
      e.tag = static_cast<runtime::Tag*>(item.object());
      break;
  }
  return e;
}

}  // namespace nacre::detail
