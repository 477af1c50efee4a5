// SPDX-License-Identifier: Apache-2.0
//
// How C++ types travel as WebAssembly values: one Codec per type, and what is derived from
// it for argument lists and results. A value is one 64-bit slot (i32 and f32 zero-extended), a
// v128 two slots in memory order. Nothing here allocates, except that a reference to an object
// becomes a root when it is decoded.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/types.hpp"
#include "nacre/v128.hpp"
#include "nacre/value.hpp"

namespace nacre {
namespace NACRE_PUBLIC detail {

// What a typed call fails with when an argument is of another store; also used for results.
bool encode_ref(StoreAnchor* anchor, const Ref& ref, uint64_t* slot);
bool encode_func(StoreAnchor* anchor, const Func& func, uint64_t* slot);
Func decode_func(StoreAnchor* anchor, uint64_t slot);

template <class T>
inline constexpr bool always_false = false;

// The primary template is for types that are not WebAssembly values.
template <class T, class Enable = void>
struct Codec {
  static_assert(always_false<T>,
                "not a WebAssembly value: use integers, enumerations, float, double, nacre::V128, "
                "nacre::Func, nacre::ExternRef, nacre::AnyRef or nacre::ExnRef");
};

template <class T>
struct Codec<T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>>> {
  static_assert(sizeof(T) <= 8);
  static constexpr ValType type = sizeof(T) <= 4 ? ValKind::i32 : ValKind::i64;
  static constexpr size_t slots = 1;
  static constexpr bool is_ref = false;
  static bool encode(StoreAnchor*, T v, uint64_t* s) {
    if constexpr (sizeof(T) <= 4) *s = static_cast<uint32_t>(static_cast<int32_t>(v));
    else *s = static_cast<uint64_t>(v);
    return true;
  }
  static T decode(StoreAnchor*, const uint64_t* s) {
    if constexpr (std::is_same_v<T, bool>) return static_cast<uint32_t>(*s) != 0;
    else if constexpr (sizeof(T) <= 4) return static_cast<T>(static_cast<uint32_t>(*s));
    else return static_cast<T>(*s);
  }
};

template <>
struct Codec<float> {
  static constexpr ValType type = ValKind::f32;
  static constexpr size_t slots = 1;
  static constexpr bool is_ref = false;
  static bool encode(StoreAnchor*, float v, uint64_t* s) {
    return *s = std::bit_cast<uint32_t>(v), true;
  }
  static float decode(StoreAnchor*, const uint64_t* s) {
    return std::bit_cast<float>(static_cast<uint32_t>(*s));
  }
};

template <>
struct Codec<double> {
  static constexpr ValType type = ValKind::f64;
  static constexpr size_t slots = 1;
  static constexpr bool is_ref = false;
  static bool encode(StoreAnchor*, double v, uint64_t* s) {
    return *s = std::bit_cast<uint64_t>(v), true;
  }
  static double decode(StoreAnchor*, const uint64_t* s) { return std::bit_cast<double>(*s); }
};

template <>
struct Codec<V128> {
  static constexpr ValType type = ValKind::v128;
  static constexpr size_t slots = 2;
  static constexpr bool is_ref = false;
  static bool encode(StoreAnchor*, const V128& v, uint64_t* s) {
    return std::memcpy(s, v.bytes, 16), true;
  }
  static V128 decode(StoreAnchor*, const uint64_t* s) {
    V128 v;
    std::memcpy(v.bytes, s, 16);
    return v;
  }
};

constexpr ValType top_type(RefKind kind) {
  return ValType::ref(kind == RefKind::func      ? HeapKind::func
                      : kind == RefKind::extern_ ? HeapKind::extern_
                      : kind == RefKind::any     ? HeapKind::any
                                                 : HeapKind::exn,
                      true);
}

template <RefKind K>
struct Codec<TypedRef<K>> {
  static constexpr ValType type = top_type(K);
  static constexpr size_t slots = 1;
  static constexpr bool is_ref = true;
  static bool encode(StoreAnchor* a, const TypedRef<K>& v, uint64_t* s) {
    return encode_ref(a, v, s);
  }
  static TypedRef<K> decode(StoreAnchor* a, const uint64_t* s) {
    return TypedRef<K>(Ref::from_bits(a, K, *s));
  }
};

template <>
struct Codec<Func> {
  static constexpr ValType type = ValType::funcref();
  static constexpr size_t slots = 1;
  static constexpr bool is_ref = true;
  // Templates, because Func is complete only where they are used.
  template <class F>
  static bool encode(StoreAnchor* a, const F& v, uint64_t* s) {
    return encode_func(a, v, s);
  }
  template <class A>
  static auto decode(A* a, const uint64_t* s) {
    return decode_func(a, *s);
  }
};

// A list of types as parameters or results.
template <class... T>
struct TypeList {
  static constexpr size_t count = sizeof...(T);
  static constexpr size_t slots = (size_t{0} + ... + Codec<T>::slots);
  static constexpr bool has_refs = (false || ... || Codec<T>::is_ref);
  static constexpr ValType types[count + 1] = {Codec<T>::type..., ValType()};

  template <class... U>
  static bool encode([[maybe_unused]] StoreAnchor* anchor, uint64_t* slots_out,
                     const U&... values) {
    uint64_t* at = slots_out;
    bool ok = true;
    ((ok = ok && Codec<T>::encode(anchor, static_cast<const T&>(values), at),
      at += Codec<T>::slots),
     ...);
    (void)at;
    return ok;
  }
  // Slot index of the I-th type.
  template <size_t I>
  static constexpr size_t offset() {
    constexpr size_t sizes[] = {Codec<T>::slots..., 0};
    size_t n = 0;
    for (size_t i = 0; i < I; ++i) n += sizes[i];
    return n;
  }
};

// Results: nothing, one value, or a std::tuple (std::pair, std::array). Tuples are known by the
// protocol <utility> declares, so that only who uses std::tuple pays for <tuple>.
template <class R>
concept TupleLike = std::is_class_v<R> && requires {
  sizeof(std::tuple_size<R>);
};

template <class R>
struct ResultList {
  using List = TypeList<R>;
  static R decode(StoreAnchor* a, const uint64_t* s) { return Codec<R>::decode(a, s); }
  static bool encode(StoreAnchor* a, const R& r, uint64_t* s) { return Codec<R>::encode(a, r, s); }
};
template <>
struct ResultList<void> {
  using List = TypeList<>;
  static void decode(StoreAnchor*, const uint64_t*) {}
};

template <class R, class Indices = std::make_index_sequence<std::tuple_size<R>::value>>
struct TupleList;
template <class R, size_t... I>
struct TupleList<R, std::index_sequence<I...>> {
  using List = TypeList<std::tuple_element_t<I, R>...>;
  static R decode([[maybe_unused]] StoreAnchor* a, [[maybe_unused]] const uint64_t* s) {
    return R{Codec<std::tuple_element_t<I, R>>::decode(a, s + List::template offset<I>())...};
  }
  static bool encode(StoreAnchor* a, const R& r, uint64_t* s) {
    using std::get;
    return List::encode(a, s, get<I>(r)...);
  }
};
template <TupleLike R>
struct ResultList<R> : TupleList<R> {};

constexpr size_t max_slots(size_t a, size_t b) { return a > b ? (a > 0 ? a : 1) : (b > 0 ? b : 1); }

}  // namespace detail
}  // namespace nacre
