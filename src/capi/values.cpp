// SPDX-License-Identifier: Apache-2.0
//
// Values and references across the border. A host reference is a foreign object, which the store's
// collector owns, or the number of a boxed handle; those live as long as the store, because a guest
// may hold the reference that long.
#include "capi/values.hpp"

#include "capi/error.hpp"
#include "capi/vec.hpp"

namespace nacre::capi {

namespace {

// The handle in a reference `box` made; null when it is another.
const wasm_ref_t* boxed_in(const wasm_store_t& store, const Ref& ref) {
  const std::optional<uint64_t> number = ref.host_value();
  if (!number || *number == 0 || *number > store.boxed.size()) return nullptr;
  return store.boxed[static_cast<size_t>(*number - 1)].handle.get();
}

// Any handle of the host's but a foreign one as a host reference: made once per object.
Ref box(wasm_store_t& store, const wasm_ref_t& handle) {
  const auto known = store.boxes.find(handle.identity());
  if (known != store.boxes.end()) return store.boxed[known->second].ref;
  Result<Ref> ref = Ref::host(context(store), store.boxed.size() + 1);
  if (!ref) return Ref(RefKind::exn);
  store.boxes.emplace(handle.identity(), store.boxed.size());
  BoxedHandle& boxed = store.boxed.emplace_back();
  boxed.ref = std::move(*ref);
  boxed.handle.reset(handle.clone());
  return boxed.ref;
}

}  // namespace

wasm_ref_t* wrap_ref(wasm_store_t* store, const Ref& ref) {
  if (ref.is_null()) return nullptr;
  if (ref.kind() == RefKind::func) return new wasm_func_t(store, ref.func());
  if (const ForeignInfo* info = ref.object<ForeignInfo>())
    return new wasm_foreign_t(store, ref, info->get());
  const wasm_ref_t* const boxed = store != nullptr ? boxed_in(*store, ref) : nullptr;
  return boxed != nullptr ? boxed->clone() : new ObjectHandle(store, ref);
}

Ref to_ref(wasm_store_t& store, RefKind kind, const wasm_ref_t* ref) {
  if (ref == nullptr) return Ref(kind);
  if (ref->store.get() != nullptr && ref->store.get() != &store) {
    // Of another store: as it is, so that the check of stores finds it.
    if (ref->ref_class == RefClass::func)
      return Value(static_cast<const wasm_func_t*>(ref)->item.func()).ref();
    if (ref->ref_class == RefClass::foreign && ref->store->live() != nullptr)
      return static_cast<const wasm_foreign_t*>(ref)->ref.converted(kind);
    if (ref->ref_class != RefClass::object) return Ref(RefKind::exn);
  }
  if (ref->ref_class == RefClass::func && kind == RefKind::func)
    return Value(static_cast<const wasm_func_t*>(ref)->item.func()).ref();
  if (ref->ref_class == RefClass::object)
    return static_cast<const ObjectHandle*>(ref)->ref.converted(kind);
  // In a hierarchy where it cannot be: as what it is, so that the check of types names it.
  if ((kind == RefKind::func || kind == RefKind::exn) && ref->ref_class != RefClass::vector &&
      store.live() != nullptr)
    return to_ref(store, ref->ref_class == RefClass::func ? RefKind::func : RefKind::extern_, ref);
  if (ref->ref_class == RefClass::vector || store.live() == nullptr ||
      (kind != RefKind::extern_ && kind != RefKind::any))
    return Ref(kind == RefKind::exn ? RefKind::any : RefKind::exn);
  if (ref->ref_class == RefClass::foreign)
    return static_cast<const wasm_foreign_t*>(ref)->ref.converted(kind);
  return box(store, *ref).converted(kind);
}

RefKind hierarchy(const wasm_store_t& store, ValType type) {
  const detail::StoreData* const s = store.live();
  if (type.heap() != HeapKind::concrete || s == nullptr) return Value::zero(type).ref().kind();
  const runtime::RuntimeType* const t = store.live()->registry().find(type.type_id());
  return t != nullptr && t->kind == wasm::CompositeKind::func ? RefKind::func : RefKind::any;
}

Result<Value> to_value(wasm_store_t& store, ValType type, const wasm_val_t& value) {
  uint32_t bits32 = 0;
  uint64_t bits64 = 0;
  switch (value.kind) {
    case WASM_I32:
      return Value(value.of.i32);
    case WASM_I64:
      return Value(value.of.i64);
    case WASM_F32:
      std::memcpy(&bits32, &value.of.f32, sizeof bits32);
      return Value::f32_bits(bits32);
    case WASM_F64:
      std::memcpy(&bits64, &value.of.f64, sizeof bits64);
      return Value::f64_bits(bits64);
    case NACRE_V128: {
      V128 v{};
      nacre_val_v128(&value, v.bytes);
      return Value(v);
    }
    case WASM_FUNCREF:
    case WASM_EXTERNREF:
    case NACRE_ANYREF:
    case NACRE_EXNREF:
      return Value(
          to_ref(store, type.is_ref() ? hierarchy(store, type) : RefKind::extern_, value.of.ref));
    default:
      return make_error(ErrorKind::invalid_argument,
                        "there is no kind of values " + std::to_string(value.kind));
  }
}

wasm_val_t from_value(wasm_store_t* store, const Value& value) {
  static constexpr wasm_valkind_t ref_kinds[] = {WASM_FUNCREF, WASM_EXTERNREF, NACRE_ANYREF,
                                                 NACRE_EXNREF};
  wasm_val_t out{};
  const uint32_t bits32 = value.u32();
  const uint64_t bits64 = value.u64();
  switch (value.kind()) {
    case ValueKind::i32:
      out.kind = WASM_I32;
      out.of.i32 = value.i32();
      break;
    case ValueKind::i64:
      out.kind = WASM_I64;
      out.of.i64 = value.i64();
      break;
    case ValueKind::f32:
      out.kind = WASM_F32;
      std::memcpy(&out.of.f32, &bits32, sizeof bits32);
      break;
    case ValueKind::f64:
      out.kind = WASM_F64;
      std::memcpy(&out.of.f64, &bits64, sizeof bits64);
      break;
    case ValueKind::v128:
      nacre_val_new_v128(&out, value.v128().bytes);
      break;
    case ValueKind::ref:
      out.kind = ref_kinds[static_cast<size_t>(value.ref().kind())];
      out.of.ref = wrap_ref(store, value.ref());
      break;
  }
  return out;
}

Result<void> encode(wasm_store_t& store, detail::StoreData& data, wasm::ValType type,
                    const wasm_val_t& value, runtime::Slot* slots) {
  uint32_t bits32 = 0;
  switch (type.kind()) {
    case wasm::Kind::i32:
      if (value.kind != WASM_I32) break;
      slots[0] = static_cast<uint32_t>(value.of.i32);
      return {};
    case wasm::Kind::i64:
      if (value.kind != WASM_I64) break;
      slots[0] = static_cast<uint64_t>(value.of.i64);
      return {};
    case wasm::Kind::f32:
      if (value.kind != WASM_F32) break;
      std::memcpy(&bits32, &value.of.f32, sizeof bits32);
      slots[0] = bits32;
      return {};
    case wasm::Kind::f64:
      if (value.kind != WASM_F64) break;
      std::memcpy(&slots[0], &value.of.f64, sizeof slots[0]);
      return {};
    default:
      break;
  }
  const Result<Value> v = to_value(store, detail::to_public(type), value);
  return v ? detail::encode_value(data, type, *v, slots) : v.error();
}

wasm_val_t decode(wasm_store_t& store, detail::StoreData& data, wasm::ValType type,
                  const runtime::Slot* slots) {
  wasm_val_t out{};
  const auto bits32 = static_cast<uint32_t>(slots[0]);
  switch (type.kind()) {
    case wasm::Kind::i32:
      out.kind = WASM_I32;
      out.of.i32 = static_cast<int32_t>(bits32);
      return out;
    case wasm::Kind::i64:
      out.kind = WASM_I64;
      out.of.i64 = static_cast<int64_t>(slots[0]);
      return out;
    case wasm::Kind::f32:
      out.kind = WASM_F32;
      std::memcpy(&out.of.f32, &bits32, sizeof bits32);
      return out;
    case wasm::Kind::f64:
      out.kind = WASM_F64;
      std::memcpy(&out.of.f64, &slots[0], sizeof slots[0]);
      return out;
    default:
      return from_value(&store, detail::decode_value(data, type, slots));
  }
}

}  // namespace nacre::capi

using namespace nacre::capi;

namespace {

nacre_error_t* no_fields() {
  return make_error_object(
      nacre::make_error(nacre::ErrorKind::invalid_argument, "the reference has no fields"));
}

bool owns(const wasm_val_t& v) { return wasm_valkind_is_ref(v.kind) || v.kind == NACRE_V128; }

}  // namespace

extern "C" {

void wasm_val_delete(wasm_val_t* v) {
  if (v == nullptr || !owns(*v)) return;
  delete v->of.ref;
  v->of.ref = nullptr;
}

void wasm_val_copy(wasm_val_t* out, const wasm_val_t* v) {
  *out = *v;
  if (owns(*v) && v->of.ref != nullptr) out->of.ref = v->of.ref->clone();
}

void nacre_val_new_v128(wasm_val_t* out, const uint8_t bytes[16]) {
  nacre::V128 v;
  std::memcpy(v.bytes, bytes, sizeof v.bytes);
  out->kind = NACRE_V128;
  out->of.ref = new VectorHandle(v);
}

bool nacre_val_v128(const wasm_val_t* v, uint8_t bytes[16]) {
  std::memset(bytes, 0, 16);
  if (v->kind != NACRE_V128) return false;
  if (v->of.ref != nullptr && v->of.ref->ref_class == RefClass::vector)
    std::memcpy(bytes, static_cast<const VectorHandle*>(v->of.ref)->value.bytes, 16);
  return true;
}

void wasm_val_vec_new_empty(wasm_val_vec_t* out) { vec_allocate(out, 0); }
void wasm_val_vec_new_uninitialized(wasm_val_vec_t* out, size_t size) { vec_allocate(out, size); }
void wasm_val_vec_new(wasm_val_vec_t* out, size_t size, const wasm_val_t data[]) {
  vec_assign(out, size, data);
}
void wasm_val_vec_copy(wasm_val_vec_t* out, const wasm_val_vec_t* from) {
  vec_allocate(out, from->size);
  for (size_t i = 0; i < out->size; ++i) wasm_val_copy(&out->data[i], &from->data[i]);
}
void wasm_val_vec_delete(wasm_val_vec_t* vec) {
  vec_destroy(vec, [](wasm_val_t& v) { wasm_val_delete(&v); });
}

// --- references as slots, and their insides

uint64_t nacre_ref_to_raw(wasm_store_t* store, const wasm_ref_t* ref) {
  if (ref == nullptr || store->live() == nullptr) return 0;
  const nacre::RefKind kind =
      ref->ref_class == RefClass::func ? nacre::RefKind::func : nacre::RefKind::extern_;
  const nacre::Ref r = to_ref(*store, kind, ref);
  return r.anchor() == nullptr || r.anchor() == store->anchor.get() ? r.raw_bits() : 0;
}

wasm_ref_t* nacre_ref_from_raw(wasm_store_t* store, wasm_valkind_t kind, uint64_t slot) {
  using nacre::RefKind;
  if (store->live() == nullptr) return nullptr;
  const RefKind k = kind == WASM_FUNCREF     ? RefKind::func
                    : kind == WASM_EXTERNREF ? RefKind::extern_
                    : kind == NACRE_EXNREF   ? RefKind::exn
                                             : RefKind::any;
  return wrap_ref(store, nacre::Ref::from_bits(store->anchor.get(), k, slot));
}

nacre_shape_t nacre_ref_shape(const wasm_ref_t* r) {
  if (r == nullptr) return NACRE_SHAPE_NULL;
  if (r->ref_class == RefClass::func) return NACRE_SHAPE_FUNC;
  if (r->ref_class != RefClass::object) return NACRE_SHAPE_HOST;
  return static_cast<nacre_shape_t>(static_cast<const ObjectHandle*>(r)->ref.shape());
}

wasm_ref_t* nacre_ref_new_i31(wasm_store_t* store, uint32_t value) {
  return new ObjectHandle(store, nacre::Ref::i31(value));
}

bool nacre_ref_i31(const wasm_ref_t* r, int32_t* value) {
  *value = 0;
  if (nacre_ref_shape(r) != NACRE_SHAPE_I31) return false;
  *value = static_cast<const ObjectHandle*>(r)->ref.i31_signed().value_or(0);
  return true;
}

uint32_t nacre_ref_length(const wasm_ref_t* r) {
  if (r == nullptr || r->ref_class != RefClass::object) return 0;
  return static_cast<const ObjectHandle*>(r)->ref.length();
}

nacre_error_t* nacre_ref_get(const wasm_ref_t* r, uint32_t index, wasm_val_t* out) {
  *out = wasm_val_t{};
  if (r == nullptr || r->ref_class != RefClass::object) return no_fields();
  nacre::Result<nacre::Value> v = static_cast<const ObjectHandle*>(r)->ref.get(index);
  if (v) *out = from_value(r->store.get(), *v);
  return error_of(std::move(v));
}

nacre_error_t* nacre_ref_set(wasm_ref_t* r, uint32_t index, const wasm_val_t* value) {
  using nacre::RefKind;
  if (r == nullptr || r->ref_class != RefClass::object) return no_fields();
  const nacre::Ref& object = static_cast<const ObjectHandle*>(r)->ref;
  nacre::Result<nacre::Value> v = to_value(*r->store.get(), {}, *value);
  if (!v) return error_of(std::move(v));
  if (!wasm_valkind_is_ref(value->kind)) return error_of(object.set(index, *v));
  // The field knows its hierarchy, the value need not: the field decides.
  nacre_error_t* error = nullptr;
  for (const RefKind kind : {RefKind::func, RefKind::extern_, RefKind::exn, RefKind::any}) {
    nacre_error_delete(error);
    error = error_of(object.set(index, nacre::Value(to_ref(*r->store.get(), kind, value->of.ref))));
    if (error == nullptr) break;
  }
  return error;
}

}  // extern "C"
