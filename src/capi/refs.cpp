// SPDX-License-Identifier: Apache-2.0
//
// What all references have in common: deleting, copying, comparing, host information, casts.
#include "capi/values.hpp"
#include "capi/vec.hpp"

using namespace nacre::capi;

HostInfo* wasm_ref_t::info(bool create) const {
  if (store->live() == nullptr) return nullptr;
  if (create) return &store->infos[identity()];
  const auto at = store->infos.find(identity());
  return at == store->infos.end() ? nullptr : &at->second;
}

HostInfo* wasm_foreign_t::info(bool) const { return store->live() ? host_info : nullptr; }

namespace {

bool same(const wasm_ref_t* a, const wasm_ref_t* b) {
  return a == b || (a != nullptr && b != nullptr && a->same(*b));
}

void* get_info(const wasm_ref_t* r) {
  const HostInfo* info = r->info(false);
  return info ? info->data : nullptr;
}

// What has no place for it finalizes it at once.
void set_info(wasm_ref_t* r, void* data, void (*finalizer)(void*)) {
  if (HostInfo* info = r->info(true)) info->set(data, finalizer);
  else if (finalizer) finalizer(data);
}

}  // namespace

#define NACRE_REF_BASE(type, name)                                                          \
  void name##_delete(type* r) { delete r; }                                                 \
  type* name##_copy(const type* r) { return r ? static_cast<type*>(r->clone()) : nullptr; } \
  bool name##_same(const type* a, const type* b) { return same(a, b); }

#define NACRE_REF_INFO(name)                                                                       \
  void* wasm_##name##_get_host_info(const wasm_##name##_t* r) { return get_info(r); }              \
  void wasm_##name##_set_host_info(wasm_##name##_t* r, void* data) { set_info(r, data, nullptr); } \
  void wasm_##name##_set_host_info_with_finalizer(wasm_##name##_t* r, void* data,                  \
                                                  void (*finalizer)(void*)) {                      \
    set_info(r, data, finalizer);                                                                  \
  }

#define NACRE_REF(name)                                              \
  NACRE_REF_BASE(wasm_##name##_t, wasm_##name)                       \
  NACRE_REF_INFO(name)                                               \
  wasm_ref_t* wasm_##name##_as_ref(wasm_##name##_t* r) { return r; } \
  const wasm_ref_t* wasm_##name##_as_ref_const(const wasm_##name##_t* r) { return r; }

#define NACRE_REF_CAST(name)                                                            \
  wasm_##name##_t* wasm_ref_as_##name(wasm_ref_t* r) { return as<wasm_##name##_t>(r); } \
  const wasm_##name##_t* wasm_ref_as_##name##_const(const wasm_ref_t* r) {              \
    return as<wasm_##name##_t>(r);                                                      \
  }

#define NACRE_EXTERN_CAST(name)                                                               \
  wasm_extern_t* wasm_##name##_as_extern(wasm_##name##_t* r) { return r; }                    \
  const wasm_extern_t* wasm_##name##_as_extern_const(const wasm_##name##_t* r) { return r; }  \
  wasm_##name##_t* wasm_extern_as_##name(wasm_extern_t* r) { return as<wasm_##name##_t>(r); } \
  const wasm_##name##_t* wasm_extern_as_##name##_const(const wasm_extern_t* r) {              \
    return as<wasm_##name##_t>(r);                                                            \
  }

namespace {
// An extern is of five classes.
template <class Ref>
auto* as_extern(Ref* r) {
  using Extern = std::conditional_t<std::is_const_v<Ref>, const wasm_extern_t, wasm_extern_t>;
  return r && r->ref_class <= RefClass::tag ? static_cast<Extern*>(r) : nullptr;
}
}  // namespace

extern "C" {

NACRE_REF_BASE(wasm_ref_t, wasm_ref)
NACRE_REF_INFO(ref)

NACRE_REF(trap)
NACRE_REF_CAST(trap)
NACRE_REF(foreign)
NACRE_REF_CAST(foreign)
NACRE_REF(module)
NACRE_REF_CAST(module)
NACRE_REF(func)
NACRE_REF_CAST(func)
NACRE_REF(global)
NACRE_REF_CAST(global)
NACRE_REF(table)
NACRE_REF_CAST(table)
NACRE_REF(memory)
NACRE_REF_CAST(memory)
NACRE_REF(instance)
NACRE_REF_CAST(instance)

NACRE_REF(extern)
wasm_extern_t* wasm_ref_as_extern(wasm_ref_t* r) { return as_extern(r); }
const wasm_extern_t* wasm_ref_as_extern_const(const wasm_ref_t* r) { return as_extern(r); }

NACRE_EXTERN_CAST(func)
NACRE_EXTERN_CAST(global)
NACRE_EXTERN_CAST(table)
NACRE_EXTERN_CAST(memory)

NACRE_REF_BASE(nacre_tag_t, nacre_tag)
wasm_extern_t* nacre_tag_as_extern(nacre_tag_t* r) { return r; }
const wasm_extern_t* nacre_tag_as_extern_const(const nacre_tag_t* r) { return r; }
nacre_tag_t* nacre_extern_as_tag(wasm_extern_t* r) { return as<nacre_tag_t>(r); }
const nacre_tag_t* nacre_extern_as_tag_const(const wasm_extern_t* r) { return as<nacre_tag_t>(r); }

NACRE_POINTER_VEC(extern)

wasm_foreign_t* wasm_foreign_new(wasm_store_t* store) {
  auto info = std::make_unique<HostInfo>();
  HostInfo* const kept = info.get();
  const nacre::Result<nacre::Ref> ref = nacre::Ref::own(context(*store), std::move(info));
  return ref ? new wasm_foreign_t(store, *ref, kept) : nullptr;
}

}  // extern "C"
