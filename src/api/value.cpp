// SPDX-License-Identifier: Apache-2.0
//
// Values and references. A reference to a garbage-collected object is a handle of its store; null,
// i31 and functions need none.
#include "nacre/value.hpp"

#include <cstring>

#include "api/convert.hpp"
#include "api/gc.hpp"
#include "nacre/func.hpp"
#include "nacre/tag.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre {

using detail::live;
using detail::StoreData;

namespace {

Error not_an_object() {
  return make_error(ErrorKind::invalid_argument, "the reference has no fields");
}
// Why a reference of this shape, which is not the right one, has nothing to get or set.
Error no_object(const Ref& ref) {
  return detail::store_ended(ref) ? detail::store_gone() : not_an_object();
}
Error no_such_field() {
  return make_error(ErrorKind::invalid_argument, "no field or element of this index");
}

runtime::GcRef gc_ref(const Ref& ref) { return static_cast<runtime::GcRef>(ref.raw_bits()); }

}  // namespace

Ref::Ref(const Ref& o) : anchor_(o.anchor_), bits_(o.bits_), kind_(o.kind_), rooted_(o.rooted_) {
  if (!rooted_) return;
  StoreData* s = live(anchor());
  if (s) bits_ = uint64_t{s->new_handle(s->handle(static_cast<uint32_t>(o.bits_ - 1)))} + 1;
  else rooted_ = false;
}

Ref::Ref(Ref&& o) noexcept
    : anchor_(std::move(o.anchor_)), bits_(o.bits_), kind_(o.kind_), rooted_(o.rooted_) {
  o.bits_ = 0;
  o.rooted_ = false;
}

Ref& Ref::operator=(Ref o) noexcept {
  std::swap(anchor_, o.anchor_);
  std::swap(bits_, o.bits_);
  std::swap(kind_, o.kind_);
  std::swap(rooted_, o.rooted_);
  return *this;
}

Ref::~Ref() {
  if (!rooted_) return;
  if (StoreData* s = live(anchor())) s->release_handle(static_cast<uint32_t>(bits_ - 1));
}

Ref Ref::from_bits(detail::StoreAnchor* anchor, RefKind kind, uint64_t bits) {
  Ref r(kind);
  if (bits == 0) return r;
  const bool number =
      kind != RefKind::func && runtime::gc::is_i31(static_cast<runtime::GcRef>(bits));
  // Of a store destroyed in a call that still runs there is nothing to hold. Functions are not
  // held: that one's store is gone is noticed where it is used.
  if (!number && kind != RefKind::func && live(anchor) == nullptr) return r;
  r.bits_ = bits;
  if (number) return r;
  r.anchor_ = detail::Handle<detail::StoreAnchor>::share(anchor);
  if (kind == RefKind::func) return r;
  r.bits_ = uint64_t{anchor->store->new_handle(bits)} + 1;
  r.rooted_ = true;
  return r;
}

uint64_t Ref::raw_bits() const {
  if (!anchor_) return bits_;
  StoreData* s = live(anchor());
  if (s == nullptr) return 0;
  return rooted_ ? s->handle(static_cast<uint32_t>(bits_ - 1)) : bits_;
}

Result<Ref> Ref::host(StoreContext store, uint64_t value, RefKind kind) {
  StoreData* s = live(store.anchor());
  if (s == nullptr) return detail::store_gone();
  if (kind != RefKind::any && kind != RefKind::extern_)
    return make_error(ErrorKind::invalid_argument, "a host reference must be any or extern");
  const detail::CallScope scope(*s);
  const runtime::GcRef ref = s->heap().new_host_box(value);
  if (ref == 0) return make_error(ErrorKind::limit, "the garbage-collected heap is full");
  return from_bits(store.anchor(), kind, ref);
}

Result<Ref> Ref::own_object(StoreContext store, detail::HostObject* object, RefKind kind) {
  const auto refuse = [object](Error why) {
    object->destroy(object);
    return why;
  };
  StoreData* s = live(store.anchor());
  if (s == nullptr) return refuse(detail::store_gone());
  if (kind != RefKind::any && kind != RefKind::extern_)
    return refuse(
        make_error(ErrorKind::invalid_argument, "a host reference must be any or extern"));
  const detail::CallScope scope(*s);
  const runtime::GcRef ref = s->heap().new_host_object(object, [](void* o) {
    auto* const owned = static_cast<detail::HostObject*>(o);
    owned->destroy(owned);
  });
  if (ref == 0) return refuse(make_error(ErrorKind::limit, "the garbage-collected heap is full"));
  return from_bits(store.anchor(), kind, ref);
}

Ref Ref::i31(uint32_t value) {
  Ref r(RefKind::any);
  r.bits_ = runtime::gc::make_i31(value);
  return r;
}

RefShape Ref::shape() const {
  const uint64_t bits = raw_bits();
  if (bits == 0) return RefShape::null;
  if (!anchor_) return RefShape::i31;
  return detail::shape_of(*live(anchor()), kind_, bits);
}

Ref Ref::converted(RefKind kind) const {
  Ref r(*this);
  const auto convertible = [](RefKind k) { return k == RefKind::any || k == RefKind::extern_; };
  if (convertible(kind_) && convertible(kind)) r.kind_ = kind;
  return r;
}

bool Ref::same(const Ref& o) const {
  if (is_null() || o.is_null()) return is_null() && o.is_null();
  return anchor() == o.anchor() && raw_bits() == o.raw_bits();
}

std::optional<uint64_t> Ref::host_value() const {
  if (shape() != RefShape::host || host_object() != nullptr) return std::nullopt;
  return live(anchor())->heap().host_value(gc_ref(*this));
}

const detail::HostObject* Ref::host_object() const {
  if (shape() != RefShape::host) return nullptr;
  return static_cast<const detail::HostObject*>(live(anchor())->heap().host_object(gc_ref(*this)));
}

std::optional<int32_t> Ref::i31_signed() const {
  if (shape() != RefShape::i31) return std::nullopt;
  return runtime::gc::i31_signed(gc_ref(*this));
}

std::optional<uint32_t> Ref::i31_unsigned() const {
  if (shape() != RefShape::i31) return std::nullopt;
  return runtime::gc::i31_unsigned(gc_ref(*this));
}

namespace {

// Whether a null or an i31 that belongs to no store is of the type.
bool free_matches(RefKind kind, bool is_null, ValType type) {
  const HeapKind heap = type.heap();
  // Without a store nobody can tell whether a concrete type is one of functions.
  if (is_null && heap == HeapKind::concrete)
    return type.nullable() && (kind == RefKind::func || kind == RefKind::any);
  if (is_null) return type.nullable() && Value::zero(type).ref().kind() == kind;
  if (kind == RefKind::extern_) return heap == HeapKind::extern_;
  return heap == HeapKind::any || heap == HeapKind::eq || heap == HeapKind::i31;
}

}  // namespace

bool Ref::matches(ValType type) const {
  if (!type.is_ref()) return false;
  StoreData* const s = live(anchor());
  if (s == nullptr) {
    return !anchor_ && free_matches(kind_, bits_ == 0, type);
  }
  const Result<wasm::ValType> t = detail::to_wasm(s->registry(), type);
  if (!t || detail::ref_kind(s->registry().top(t->heap())) != kind_) return false;
  const uint64_t bits = raw_bits();
  return bits == 0 ? t->nullable() : detail::ref_matches(*s, bits, t->heap());
}

Result<Ref> Ref::cast(ValType type) const {
  if (detail::store_ended(*this)) return detail::store_gone();
  if (matches(type)) return *this;
  return make_error(ErrorKind::invalid_argument, "the reference is no " + to_string(type));
}

Func Ref::func() const {
  if (shape() != RefShape::func) return {};
  return Func(anchor_, reinterpret_cast<runtime::Func*>(static_cast<uintptr_t>(bits_)));
}

Tag Ref::exception_tag() const {
  if (shape() != RefShape::exn) return {};
  return Tag(anchor_, live(anchor())->heap().exception_tag(gc_ref(*this)));
}

uint32_t Ref::length() const {
  StoreData* s = live(anchor());
  switch (shape()) {
    case RefShape::struct_:
      return static_cast<uint32_t>(s->heap().type(gc_ref(*this))->fields.size());
    case RefShape::array:
      return s->heap().array_length(gc_ref(*this));
    case RefShape::exn:
      return static_cast<uint32_t>(s->heap().exception_tag(gc_ref(*this))->type->params.size());
    default:
      return 0;
  }
}

std::optional<ValType> Ref::concrete_type() const {
  const RefShape sh = shape();
  if (sh != RefShape::struct_ && sh != RefShape::array) return std::nullopt;
  return ValType::ref_to(live(anchor())->heap().type(gc_ref(*this))->id, false);
}

namespace {

// Where a field or element lies.
struct Place {
  runtime::FieldLayout layout;
  uint32_t offset = 0;
};

bool find_place(StoreData& s, const Ref& ref, RefShape shape, uint32_t index, Place& out) {
  if (index >= ref.length()) return false;
  const runtime::RuntimeType* type = s.heap().type(gc_ref(ref));
  if (shape == RefShape::struct_) {
    out.layout = type->fields[index];
    out.offset = out.layout.offset;
  } else {
    out.layout = type->fields[0];
    out.offset = runtime::gc::header_bytes + index * out.layout.size;
  }
  return true;
}

Value exception_value(StoreData& s, runtime::GcRef ref, uint32_t index) {
  const runtime::RuntimeType* type = s.heap().exception_tag(ref)->type;
  uint32_t slot = 0;
  for (uint32_t i = 0; i < index; ++i) slot += detail::slots_of(type->params[i]);
  return detail::decode_value(s, type->params[index], s.heap().exception_slots(ref) + slot);
}

}  // namespace

Result<Value> Ref::get(uint32_t index) const { return load(index, false); }
Result<Value> Ref::get_signed(uint32_t index) const { return load(index, true); }

Result<Value> Ref::load(uint32_t index, bool sign_extend) const {
  const RefShape sh = shape();
  if (sh != RefShape::struct_ && sh != RefShape::array && sh != RefShape::exn)
    return no_object(*this);
  StoreData& s = *live(anchor());
  if (index >= length()) return no_such_field();
  if (sh == RefShape::exn) return exception_value(s, gc_ref(*this), index);
  Place place;
  if (!find_place(s, *this, sh, index, place)) return no_such_field();
  runtime::Slot slots[2] = {0, 0};
  s.heap().load_field(gc_ref(*this), place.offset, place.layout, sign_extend, slots);
  return detail::decode_value(s, place.layout.type.type().unpacked(), slots);
}

Result<void> Ref::set(uint32_t index, const Value& value) const {
  const RefShape sh = shape();
  if (sh == RefShape::exn)
    return make_error(ErrorKind::invalid_argument, "an exception's payload is immutable");
  if (sh != RefShape::struct_ && sh != RefShape::array) return no_object(*this);
  StoreData& s = *live(anchor());
  Place place;
  if (!find_place(s, *this, sh, index, place)) return no_such_field();
  if (!place.layout.type.is_mutable())
    return make_error(ErrorKind::invalid_argument, "an immutable field");
  runtime::Slot slots[2] = {0, 0};
  Result<void> fits = detail::encode_value(s, place.layout.type.type().unpacked(), value, slots);
  if (!fits) return fits;
  s.heap().store_field(gc_ref(*this), place.offset, place.layout, slots);
  return {};
}

Result<void> Ref::read_bytes(uint32_t index, Span<uint8_t> out) const {
  const Result<detail::Elements> e = detail::elements(*this, index, out.size());
  if (!e) return Error(e.error());
  detail::copy_elements(out.data(), e->at, out.size(), e->size);
  return {};
}

Result<void> Ref::write_bytes(uint32_t index, Span<const uint8_t> bytes) const {
  const Result<detail::Elements> e = detail::elements(*this, index, bytes.size());
  if (!e) return Error(e.error());
  if (!e->is_mutable) return make_error(ErrorKind::invalid_argument, "immutable elements");
  detail::copy_elements(e->at, bytes.data(), bytes.size(), e->size);
  return {};
}

Value::Value(const V128& v) : kind_(ValueKind::v128) { std::memcpy(words_, v.bytes, 16); }

Value::Value(const Func& func)
    : kind_(ValueKind::ref),
      ref_(func.empty() ? Ref(RefKind::func)
                        : Ref::from_bits(func.anchor(), RefKind::func,
                                         reinterpret_cast<uintptr_t>(func.object()))) {}

V128 Value::v128() const {
  V128 v;
  std::memcpy(v.bytes, words_, 16);
  return v;
}

Func Value::func() const { return ref_.func(); }

Value Value::zero(ValType type) {
  switch (type.kind()) {
    case ValKind::i64:
      return Value(uint64_t{0});
    case ValKind::f32:
      return f32_bits(0);
    case ValKind::f64:
      return f64_bits(0);
    case ValKind::v128:
      return Value(V128{});
    case ValKind::ref:
      break;
    default:
      return Value(uint32_t{0});
  }
  switch (type.heap()) {
    case HeapKind::func:
    case HeapKind::nofunc:
      return null(RefKind::func);
    case HeapKind::extern_:
    case HeapKind::noextern:
      return null(RefKind::extern_);
    case HeapKind::exn:
    case HeapKind::noexn:
      return null(RefKind::exn);
    default:
      return null(RefKind::any);
  }
}

namespace detail {

bool encode_ref(StoreAnchor* anchor, const Ref& ref, uint64_t* slot) {
  *slot = 0;
  if (ref.is_null()) return true;
  if (ref.anchor() != nullptr && ref.anchor() != anchor) return false;
  *slot = ref.raw_bits();
  return *slot != 0;
}

bool encode_func(StoreAnchor* anchor, const Func& func, uint64_t* slot) {
  *slot = reinterpret_cast<uintptr_t>(func.object());
  return func.empty() || func.anchor() == anchor;
}

Func decode_func(StoreAnchor* anchor, uint64_t slot) {
  if (slot == 0) return {};
  return Func(Handle<StoreAnchor>::share(anchor),
              reinterpret_cast<runtime::Func*>(static_cast<uintptr_t>(slot)));
}

}  // namespace detail
}  // namespace nacre
