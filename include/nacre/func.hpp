// SPDX-License-Identifier: Apache-2.0
//
// Func: a function of a store, the guest's or the host's; TypedFunc: one whose type is known
// to the C++ compiler.
//
//   auto add = instance.func<int32_t(int32_t, int32_t)>("add").value();   // checked once
//   int32_t sum = add(40, 2).value();                                     // no allocation
//
//   nacre::Func f = instance.func("add").value();
//   std::vector<nacre::Value> results = f.call({int32_t{40}, int32_t{2}}).value();
//
// A call that fails says why: ErrorKind::trap with its code and backtrace, exception (see
// tag.hpp), exit, or invalid_argument when the arguments do not fit or the store is gone. A C++
// exception thrown by a host function leaves the call as it was thrown.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "nacre/detail/codec.hpp"
#include "nacre/detail/handle.hpp"
#include "nacre/detail/host.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

template <class Signature>
class TypedFunc;

// A view; see Store for threads and lifetime.
class Func : public detail::View<runtime::Func> {
 public:
  using View::View;

  // A host function. Its type is read off the callable: parameters and result of integers,
  // enumerations, floats, V128, Func, ExternRef, AnyRef, ExnRef; several results as std::tuple;
  // Result<T> when it can fail; a first parameter of type Caller is not part of the type.
  // Parameters are taken by value or by reference to const, and are not `auto`. The callable is
  // moved or copied in and destroyed with the store; it is called on the thread that uses the
  // store. An empty view when the store is gone.
  template <class F>
  static Func create(StoreContext store, F&& callable) {
    return make(store, detail::make_typed(std::forward<F>(callable)));
  }
  // A host function of any type: `callable` is called as
  // Result<void>(Caller, Span<const Value> arguments, Span<Value> results), with the results zero
  // or null to begin with; std::span, included, will do for its parameters. An empty view when the
  // store is gone, or no function can have the type: it names a concrete type that is not alive,
  // a storage type, or more parameters or results than Limits allows.
  template <class F>
  static Func create(StoreContext store, const FuncType& type, F&& callable) {
    return make(store, detail::make_raw(type, std::forward<F>(callable)));
  }

  // Its parameters and results; an empty type when the view is empty or the store gone.
  FuncType type() const;
  // Whether the host made it.
  bool is_host() const;
  // Its index in its module's function index space; 0 for a host function.
  uint32_t index() const;

  // Calls it. The arguments must match the type exactly; they are borrowed for the call. Errors:
  // see above.
  Result<List<Value>> call(Span<const Value> args) const {
    Result<List<Value>> r = call_values(args);
    if (!r) detail::rethrow_pending(anchor());
    return r;
  }
  // The same for arguments in braces.
  Result<List<Value>> call(std::initializer_list<Value> args) const {
    return call(Span<const Value>(args.begin(), args.size()));
  }

  // The function with a C++ type: `Signature` is written as int64_t(int32_t, float). Error:
  // invalid_argument when the function is of another type. References need only be of the same
  // hierarchy; a narrower parameter type is checked at each call.
  template <class Signature>
  Result<TypedFunc<Signature>> typed() const;

 private:
  static Func make(StoreContext store, detail::HostFunction&& host);
  Result<List<Value>> call_values(Span<const Value> args) const;
};

namespace detail {

// Whether `func` can be called with these types; `checked` when arguments need a check each time.
Result<void> check_signature(const Func& func, Span<const ValType> params,
                             Span<const ValType> results, bool& checked);
// Runs it. Fails with host when the store is gone.
TrapCode call_slots(StoreAnchor* anchor, runtime::Func* func, uint64_t* slots);
// Whether reference arguments are of the types the function wants.
bool arguments_match(StoreAnchor* anchor, runtime::Func* func, const uint64_t* slots);
// What the call that just failed failed with.
Error call_error(StoreAnchor* anchor);
// Why these arguments are refused.
Error argument_error(const Func& func, Span<const Value> args);

}  // namespace detail

// A function as a C++ callable: what Func::typed gives. Copyable like the Func it came from, with
// its rules for threads and lifetime.
template <class R, class... A>
class TypedFunc<R(A...)> {
  using Params = detail::TypeList<std::remove_cvref_t<A>...>;
  using Results = detail::ResultList<R>;

 public:
  // An empty one: calling it fails with invalid_argument.
  TypedFunc() = default;

  // Calls it. Without references in its type this allocates nothing. Errors: those of Func::call.
  Result<R> operator()(A... args) const {
    uint64_t slots[detail::max_slots(Params::slots, Results::List::slots)];
    detail::StoreAnchor* const anchor = func_.anchor();
    if (!Params::encode(anchor, slots, args...)) return refused(args...);
    if constexpr (Params::has_refs)
      if (checked_ && !detail::arguments_match(anchor, func_.object(), slots))
        return refused(args...);
    if (detail::call_slots(anchor, func_.object(), slots) != TrapCode::none) {
      detail::rethrow_pending(anchor);
      return detail::call_error(anchor);
    }
    if constexpr (std::is_void_v<R>) return {};
    else return Results::decode(anchor, slots);
  }
  // The same function without its C++ type.
  const Func& func() const { return func_; }
  // Whether it names a function.
  explicit operator bool() const { return static_cast<bool>(func_); }

 private:
  friend class Func;
  TypedFunc(Func func, bool checked) : func_(std::move(func)), checked_(checked) {}
  template <class... V>
  Error refused(const V&... args) const {
    if constexpr (Params::has_refs) {
      const Value values[] = {Value(args)...};
      return detail::argument_error(func_, values);
    } else {
      return detail::argument_error(func_, {});
    }
  }
  Func func_;
  bool checked_ = false;
};

namespace detail {
template <class Signature>
struct SignatureTypes;
template <class R, class... A>
struct SignatureTypes<R(A...)> {
  using Params = TypeList<std::remove_cvref_t<A>...>;
  using Results = typename ResultList<R>::List;
};
}  // namespace detail

// See Func.
template <class Signature>
Result<TypedFunc<Signature>> Func::typed() const {
  using Types = detail::SignatureTypes<Signature>;
  bool checked = false;
  Result<void> fits =
      detail::check_signature(*this, {Types::Params::types, Types::Params::count},
                              {Types::Results::types, Types::Results::count}, checked);
  if (!fits) return std::move(fits.error());
  return TypedFunc<Signature>(*this, checked);
}

}  // namespace nacre
