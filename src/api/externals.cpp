// SPDX-License-Identifier: Apache-2.0
//
// Memory, Table, Global, Tag and Extern.
#include "nacre/extern.hpp"

#include <cstring>

#include "api/convert.hpp"
#include "runtime/backtrace.hpp"

namespace nacre {

using detail::live;
using detail::store_of;
using detail::StoreData;

namespace {

// `in_bounds`: neither its maximum nor the store's limit is the reason.
Error cannot_grow(const StoreData& s, const char* what, bool in_bounds) {
  const char* const why = s.growth_refused ? " may not grow: the embedder refused it"
                          : in_bounds      ? " cannot grow: out of memory"
                                           : " cannot grow that far";
  return make_error(ErrorKind::limit, String(what) + why);
}

}  // namespace

// --- Memory

Result<Memory> Memory::create(StoreContext context, const MemoryType& type) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  Result<wasm::MemoryType> t = detail::to_wasm(type);
  if (!t) return std::move(t.error());
  const detail::CallScope scope(*s);
  Result<runtime::Memory*> m = s->new_memory(*t);
  if (!m) return std::move(m.error());
  return Memory(detail::share(*s), *m);
}

Result<Memory> Memory::attach(StoreContext context, const SharedMemory& memory) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  if (memory.empty()) return make_error(ErrorKind::invalid_argument, "no shared memory");
  if (!memory.data()->engine.same(s->engine))
    return make_error(ErrorKind::invalid_argument, "a memory of another engine");
  return Memory(detail::share(*s),
                s->adopt_shared_memory(memory.data()->type, memory.data()->storage));
}

SharedMemory Memory::share() const {
  Result<StoreData*> s = store_of(*this);
  if (!s || !object()->shared()) return {};
  auto* data = new detail::SharedMemoryData{{1}, (*s)->engine, object()->type, object()->storage};
  return SharedMemory(detail::Handle<detail::SharedMemoryData>::adopt(data));
}

Span<uint8_t> Memory::bytes() const {
  if (object() == nullptr || live(anchor()) == nullptr) return {};
  const uint64_t n = object()->current_length();
  return {object()->base, static_cast<size_t>(n)};
}

uint64_t Memory::pages() const { return store_of(*this) ? object()->pages() : 0; }

MemoryType Memory::type() const {
  if (!store_of(*this)) return {};
  MemoryType t = detail::to_public(object()->type);
  t.min = object()->pages();
  return t;
}

Result<uint64_t> Memory::grow(uint64_t delta) const {
  Result<StoreData*> s = store_of(*this);
  if (!s) return std::move(s.error());
  const detail::CallScope scope(**s);
  (*s)->growth_refused = false;
  const uint64_t old = object()->grow(delta);
  if (old == ~uint64_t{0}) {
    const uint64_t cap = (*s)->limits().max_memory_bytes;
    const bool in_bounds =
        object()->storage->length_after(object()->current_length(), delta, cap) != ~uint64_t{0};
    return cannot_grow(**s, "the memory", in_bounds);
  }
  return old;
}

std::optional<StringView> Memory::c_string(uint64_t address, uint64_t max_length) const {
  const Span<uint8_t> all = bytes();
  if (address >= all.size()) return std::nullopt;
  const uint64_t left = all.size() - address;
  const uint64_t most = max_length < left ? max_length + 1 : left;
  const auto* begin = all.data() + address;
  const void* zero = std::memchr(begin, 0, static_cast<size_t>(most));
  if (zero == nullptr) return std::nullopt;
  const auto n = static_cast<size_t>(static_cast<const uint8_t*>(zero) - begin);
  return StringView(reinterpret_cast<const char*>(begin), n);
}

// --- Table

Result<Table> Table::create(StoreContext store, const TableType& type) {
  StoreData* s = live(store.anchor());
  if (s == nullptr) return detail::store_gone();
  const Result<wasm::ValType> elem = detail::to_wasm(s->registry(), type.elem);
  if (!elem) return Error(elem.error());
  if (!elem->is_ref())
    return make_error(ErrorKind::invalid_argument, "a table's elements are references");
  return create(store, type, Value::null(detail::ref_kind(s->registry().top(elem->heap()))));
}

Result<Table> Table::create(StoreContext context, const TableType& type, const Value& init) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  Result<wasm::ValType> elem = detail::to_wasm(s->registry(), type.elem);
  if (!elem) return std::move(elem.error());
  if (!elem->is_ref())
    return make_error(ErrorKind::invalid_argument, "a table's elements are references");
  Result<wasm::SizeLimits> limits = detail::to_wasm_limits(type);
  if (!limits) return std::move(limits.error());
  runtime::Slot slot = 0;
  Result<void> fits = detail::encode_value(*s, *elem, init, &slot);
  if (!fits) return std::move(fits.error());
  const detail::CallScope scope(*s);
  Result<runtime::Table*> t = s->new_table(*elem, *limits, slot);
  if (!t) return std::move(t.error());
  return Table(detail::share(*s), *t);
}

uint64_t Table::size() const { return store_of(*this) ? object()->size() : 0; }

TableType Table::type() const {
  if (!store_of(*this)) return {};
  TableType t = detail::to_public_table(object()->elem, object()->limits);
  t.min = object()->size();
  return t;
}

namespace {
Error outside_table() { return make_error(ErrorKind::invalid_argument, "outside the table"); }
}  // namespace

Result<Value> Table::get(uint64_t index) const {
  Result<StoreData*> s = store_of(*this);
  if (!s) return std::move(s.error());
  if (index >= object()->size()) return outside_table();
  return detail::decode_value(**s, object()->elem, &object()->entries[static_cast<size_t>(index)]);
}

Result<void> Table::set(uint64_t index, const Value& value) const {
  Result<StoreData*> s = store_of(*this);
  if (!s) return std::move(s.error());
  if (index >= object()->size()) return outside_table();
  runtime::Slot slot = 0;
  Result<void> fits = detail::encode_value(**s, object()->elem, value, &slot);
  if (fits) object()->entries[static_cast<size_t>(index)] = slot;
  return fits;
}

Result<uint64_t> Table::grow(uint64_t delta, const Value& init) const {
  Result<StoreData*> s = store_of(*this);
  if (!s) return std::move(s.error());
  runtime::Slot slot = 0;
  Result<void> fits = detail::encode_value(**s, object()->elem, init, &slot);
  if (!fits) return std::move(fits.error());
  const detail::CallScope scope(**s);
  (*s)->growth_refused = false;
  const uint64_t old = object()->grow(delta, slot);
  if (old == ~uint64_t{0}) return cannot_grow(**s, "the table", false);
  return old;
}

// --- Global

Result<Global> Global::create(StoreContext context, const GlobalType& type, const Value& init) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  Result<wasm::ValType> t = detail::to_wasm(s->registry(), type.type);
  if (!t) return std::move(t.error());
  runtime::Slot slots[2] = {0, 0};
  Result<void> fits = detail::encode_value(*s, *t, init, slots);
  if (!fits) return std::move(fits.error());
  return Global(detail::share(*s), s->new_global({*t, type.is_mutable}, slots));
}

GlobalType Global::type() const {
  if (!store_of(*this)) return {};
  return {detail::to_public(object()->type.type), object()->type.is_mutable};
}

Value Global::get() const {
  Result<StoreData*> s = store_of(*this);
  return s ? detail::decode_value(**s, object()->type.type, object()->value) : Value();
}

Result<void> Global::set(const Value& value) const {
  Result<StoreData*> s = store_of(*this);
  if (!s) return std::move(s.error());
  if (!object()->type.is_mutable)
    return make_error(ErrorKind::invalid_argument, "the global is immutable");
  return detail::encode_value(**s, object()->type.type, value, object()->value);
}

// --- Tag and exceptions

Result<Tag> Tag::create(StoreContext context, const List<ValType>& params) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  Result<const runtime::RuntimeType*> type = detail::intern_func(s->engine, params, {});
  if (!type) return std::move(type.error());
  runtime::Tag* tag = s->new_tag(*type);  // which keeps the type alive itself
  s->registry().release({&*type, 1});
  return Tag(detail::share(*s), tag);
}

List<ValType> Tag::params() const {
  if (!store_of(*this)) return {};
  return detail::to_public_func(object()->type->params, {}).params;
}

namespace {

Error exception_error(StoreData& s, runtime::GcRef ref) {
  s.trap_info.set_exception(ref);
  Error e = make_error(ErrorKind::exception, "unhandled exception");
  e.trap_code = static_cast<uint8_t>(TrapCode::uncaught_exception);
  e.exception_id = s.trap_info.exception_id = runtime::new_exception_id();
  return e;
}

}  // namespace

Error throw_exception(StoreContext context, const Tag& tag, Span<const Value> payload) {
  Result<StoreData*> store = store_of(tag);
  if (!store) return std::move(store.error());
  if (tag.anchor() != context.anchor()) return detail::wrong_store();
  StoreData& s = **store;
  const runtime::RuntimeType& type = *tag.object()->type;
  if (payload.size() != type.params.size())
    return make_error(ErrorKind::invalid_argument,
                      "the payload does not fit the tag: " + std::to_string(payload.size()) +
                          " values, not " + std::to_string(type.params.size()));
  const detail::CallScope scope(s);
  // Allocating may move what the payload refers to, so it is encoded afterwards.
  const runtime::GcRef ref = s.heap().new_exception(tag.object(), type.param_slots);
  if (ref == 0) return make_error(ErrorKind::limit, "the garbage-collected heap is full");
  runtime::Slot* slots = s.heap().exception_slots(ref);
  for (size_t i = 0; i < payload.size(); ++i) {
    Result<void> fits = detail::encode_value(s, type.params[i], payload[i], slots);
    if (!fits) {
      fits.error().message = "payload value " + std::to_string(i) + ": " + fits.error().message;
      return std::move(fits.error());
    }
    slots += detail::slots_of(type.params[i]);
  }
  return exception_error(s, ref);
}

Error throw_exception(StoreContext context, const ExnRef& exception) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  if (exception.is_null()) return make_error(ErrorKind::invalid_argument, "a null exception");
  if (detail::store_ended(exception)) return detail::store_gone();
  if (exception.anchor() != context.anchor()) return detail::wrong_store();
  return exception_error(*s, static_cast<runtime::GcRef>(exception.raw_bits()));
}

ExnRef caught_exception(StoreContext context) {
  StoreData* s = live(context.anchor());
  if (s == nullptr || s->trap_info.exception == 0) return ExnRef();
  return ExnRef(Ref::from_bits(context.anchor(), RefKind::exn, s->trap_info.exception));
}

// --- Extern

ExternType Extern::type() const {
  ExternType t;
  t.kind = kind_;
  if (object_ == nullptr || live(anchor_.get()) == nullptr) return t;
  return detail::extern_type(detail::to_runtime(*this));
}

}  // namespace nacre
