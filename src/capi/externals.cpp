// SPDX-License-Identifier: Apache-2.0
//
// Globals, tables, memories, tags, and externals as such.
#include "capi/error.hpp"
#include "capi/types.hpp"
#include "capi/values.hpp"

namespace nacre::capi {

wasm_extern_t* wrap(wasm_store_t* store, const Extern& item) {
  switch (item.kind()) {
    case ExternKind::func:
      return new wasm_func_t(store, item);
    case ExternKind::global:
      return new wasm_global_t(store, item);
    case ExternKind::table:
      return new wasm_table_t(store, item);
    case ExternKind::memory:
      return new wasm_memory_t(store, item);
    case ExternKind::tag:
      break;
  }
  return new nacre_tag_t(store, item);
}

namespace {

// The object as a handle, or null with the store's last error set.
template <class Handle, class T>
Handle* handle_of(wasm_store_t* store, Result<T>&& made) {
  if (made) return new Handle(store, *made);
  remember(*store, std::move(made.error()));
  return nullptr;
}

bool succeeded(const wasm_ref_t& r, Result<void>&& result) {
  if (result) return true;
  remember(*r.store.get(), std::move(result.error()));
  return false;
}

Value element(const wasm_table_t& t, const wasm_ref_t* ref) {
  return to_ref(*t.store.get(), hierarchy(*t.store.get(), t.item.table().type().elem), ref);
}

// Of a value; NULL is the null reference.
Result<Value> element(const wasm_table_t& t, const wasm_val_t* value) {
  if (value == nullptr) return element(t, static_cast<const wasm_ref_t*>(nullptr));
  return to_value(*t.store.get(), t.item.table().type().elem, *value);
}

Result<void> set_global(const wasm_global_t& g, const wasm_val_t& value) {
  const Global global = g.item.global();
  Result<Value> v = to_value(*g.store.get(), global.type().type, value);
  return v ? global.set(*v) : v.error();
}

uint32_t clamp32(uint64_t n) { return n > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(n); }

nacre_error_t* out_of_old(Result<uint64_t>&& old, uint64_t* out) {
  if (out) *out = old ? *old : 0;
  return error_of(std::move(old));
}

}  // namespace
}  // namespace nacre::capi

struct nacre_shared_memory_t {
  nacre::SharedMemory memory;
};

using namespace nacre::capi;

extern "C" {

// --- globals

wasm_global_t* wasm_global_new(wasm_store_t* store, const wasm_globaltype_t* type,
                               const wasm_val_t* value) {
  if (store->live() == nullptr) return nullptr;
  nacre::Result<nacre::Value> v = to_value(*store, type->content.type, *value);
  return handle_of<wasm_global_t>(
      store, v ? nacre::Global::create(context(*store), type->global(), *v) : v.error());
}

wasm_globaltype_t* wasm_global_type(const wasm_global_t* g) {
  return new wasm_globaltype_t(g->item.global().type());
}

void wasm_global_get(const wasm_global_t* g, wasm_val_t* out) {
  *out = from_value(g->store.get(), g->item.global().get());
}

nacre_error_t* nacre_global_set(wasm_global_t* g, const wasm_val_t* value) {
  return error_of(set_global(*g, *value));
}

void wasm_global_set(wasm_global_t* g, const wasm_val_t* value) {
  succeeded(*g, set_global(*g, *value));
}

// --- tables

wasm_table_t* wasm_table_new(wasm_store_t* store, const wasm_tabletype_t* type, wasm_ref_t* init) {
  if (store->live() == nullptr) return nullptr;
  const nacre::RefKind kind = hierarchy(*store, type->table.elem);
  return handle_of<wasm_table_t>(
      store, nacre::Table::create(context(*store), type->table, to_ref(*store, kind, init)));
}

wasm_tabletype_t* wasm_table_type(const wasm_table_t* t) {
  return new wasm_tabletype_t(t->item.table().type());
}

wasm_ref_t* wasm_table_get(const wasm_table_t* t, wasm_table_size_t index) {
  nacre::Result<nacre::Value> v = t->item.table().get(index);
  return v ? wrap_ref(t->store.get(), v->ref()) : nullptr;
}

bool wasm_table_set(wasm_table_t* t, wasm_table_size_t index, wasm_ref_t* ref) {
  return succeeded(*t, t->item.table().set(index, element(*t, ref)));
}

wasm_table_size_t wasm_table_size(const wasm_table_t* t) { return clamp32(t->item.table().size()); }

bool wasm_table_grow(wasm_table_t* t, wasm_table_size_t delta, wasm_ref_t* init) {
  nacre::Result<uint64_t> old = t->item.table().grow(delta, element(*t, init));
  if (!old) remember(*t->store.get(), std::move(old.error()));
  return old.has_value();
}

uint64_t nacre_table_size(const wasm_table_t* t) { return t->item.table().size(); }

nacre_error_t* nacre_table_get(const wasm_table_t* t, uint64_t index, wasm_val_t* out) {
  *out = wasm_val_t{};
  nacre::Result<nacre::Value> v = t->item.table().get(index);
  if (v) *out = from_value(t->store.get(), *v);
  return error_of(std::move(v));
}

nacre_error_t* nacre_table_set(wasm_table_t* t, uint64_t index, const wasm_val_t* value) {
  nacre::Result<nacre::Value> v = element(*t, value);
  return error_of(v ? t->item.table().set(index, *v) : v.error());
}

nacre_error_t* nacre_table_grow(wasm_table_t* t, uint64_t delta, const wasm_val_t* init,
                                uint64_t* old) {
  nacre::Result<nacre::Value> v = element(*t, init);
  return out_of_old(v ? t->item.table().grow(delta, *v) : v.error(), old);
}

// --- memories

wasm_memory_t* wasm_memory_new(wasm_store_t* store, const wasm_memorytype_t* type) {
  if (store->live() == nullptr) return nullptr;
  return handle_of<wasm_memory_t>(store, nacre::Memory::create(context(*store), type->memory));
}

wasm_memorytype_t* wasm_memory_type(const wasm_memory_t* m) {
  return new wasm_memorytype_t(m->item.memory().type());
}

byte_t* wasm_memory_data(wasm_memory_t* m) {
  return reinterpret_cast<byte_t*>(m->item.memory().bytes().data());
}
size_t wasm_memory_data_size(const wasm_memory_t* m) { return m->item.memory().bytes().size(); }
wasm_memory_pages_t wasm_memory_size(const wasm_memory_t* m) {
  return clamp32(m->item.memory().size() / MEMORY_PAGE_SIZE);
}

bool wasm_memory_grow(wasm_memory_t* m, wasm_memory_pages_t delta) {
  const nacre::Memory memory = m->item.memory();
  const uint64_t pages =
      delta * (MEMORY_PAGE_SIZE / std::max<uint64_t>(memory.type().page_size, 1));
  nacre::Result<uint64_t> old = memory.grow(pages);
  if (!old) remember(*m->store.get(), std::move(old.error()));
  return old.has_value();
}

nacre_error_t* nacre_memory_grow(wasm_memory_t* m, uint64_t delta, uint64_t* old) {
  return out_of_old(m->item.memory().grow(delta), old);
}

bool nacre_memory_read(const wasm_memory_t* m, uint64_t address, void* to, size_t size) {
  const auto range = m->item.memory().range(address, size);
  if (!range) return false;
  if (size != 0) std::memcpy(to, range->data(), size);
  return true;
}

bool nacre_memory_write(wasm_memory_t* m, uint64_t address, const void* from, size_t size) {
  return m->item.memory().write_bytes(address, {static_cast<const uint8_t*>(from), size});
}

nacre_shared_memory_t* nacre_memory_share(const wasm_memory_t* m) {
  const nacre::SharedMemory shared = m->item.memory().share();
  return shared.empty() ? nullptr : new nacre_shared_memory_t{shared};
}
void nacre_shared_memory_delete(nacre_shared_memory_t* m) { delete m; }
wasm_memory_t* nacre_memory_attach(wasm_store_t* store, const nacre_shared_memory_t* memory) {
  if (store->live() == nullptr) return nullptr;
  return handle_of<wasm_memory_t>(store, nacre::Memory::attach(context(*store), memory->memory));
}

// --- tags

nacre_tag_t* nacre_tag_new(wasm_store_t* store, const nacre_tagtype_t* type) {
  if (store->live() == nullptr) return nullptr;
  return handle_of<nacre_tag_t>(store,
                                nacre::Tag::create(context(*store), type->func.func().params));
}
nacre_tagtype_t* nacre_tag_type(const nacre_tag_t* t) {
  return new nacre_tagtype_t({t->item.tag().params(), {}});
}

// --- externals

wasm_externkind_t wasm_extern_kind(const wasm_extern_t* e) {
  switch (e->ref_class) {
    case RefClass::func:
      return WASM_EXTERN_FUNC;
    case RefClass::global:
      return WASM_EXTERN_GLOBAL;
    case RefClass::table:
      return WASM_EXTERN_TABLE;
    case RefClass::memory:
      return WASM_EXTERN_MEMORY;
    default:
      return NACRE_EXTERN_TAG;
  }
}

wasm_externtype_t* wasm_extern_type(const wasm_extern_t* e) {
  return make_externtype(e->item.type());
}

}  // extern "C"
