// SPDX-License-Identifier: Apache-2.0
//
// From a C++ callable to a host function: the WebAssembly type is read off the callable, and one
// function is instantiated that the engines call directly with the arguments' slots.
//
// C++ exceptions do not cross the engine: where exceptions are enabled they are caught here,
// kept in the store, and thrown again by the embedder's call.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "nacre/caller.hpp"
#include "nacre/detail/codec.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/span.hpp"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define NACRE_EXCEPTIONS 1
#include <exception>
#else
#define NACRE_EXCEPTIONS 0
#endif

namespace nacre {
namespace NACRE_PUBLIC detail {

// What the engines call; see runtime/objects.hpp (HostCallback).
using HostEntryPoint = TrapCode (*)(void* env, runtime::Store& store, runtime::Instance* caller,
                                    uint64_t* slots);

// A host function before it belongs to a store. `drop` destroys `env`.
struct HostFunction {
  HostEntryPoint entry = nullptr;
  void* env = nullptr;
  void (*drop)(void* env) = nullptr;
  Span<const ValType> params, results;
};

// Keeps the error in the store and gives the code that unwinds to the call.
TrapCode fail_host(runtime::Store& store, Error&& error);
TrapCode fail_host_result(runtime::Store& store);  // a result of another store

template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};

template <class R>
struct HostReturn {
  using Type = R;
};
template <class R>
struct HostReturn<Result<R>> {
  using Type = R;
};

// Parameters and results of a callable, a leading Caller taken off.
template <class R, class... A>
struct Signature {
  using Return = R;
  using Params = TypeList<std::remove_cvref_t<A>...>;
  using Results = ResultList<typename HostReturn<R>::Type>;
  static constexpr bool wants_caller = false;
  static constexpr bool changes_parameters =
      (false || ... ||
       (std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>));
  template <class F, size_t... I>
  static R call(F& f, runtime::Store&, runtime::Instance*, [[maybe_unused]] StoreAnchor* a,
                [[maybe_unused]] const uint64_t* s, std::index_sequence<I...>) {
    return f(Codec<std::remove_cvref_t<A>>::decode(a, s + Params::template offset<I>())...);
  }
};
template <class R, class... A>
struct Signature<R, Caller, A...> : Signature<R, A...> {
  using Params = TypeList<std::remove_cvref_t<A>...>;
  static constexpr bool wants_caller = true;
  template <class F, size_t... I>
  static R call(F& f, runtime::Store& store, runtime::Instance* instance,
                [[maybe_unused]] StoreAnchor* a, [[maybe_unused]] const uint64_t* s,
                std::index_sequence<I...>) {
    return f(Caller(store, instance),
             Codec<std::remove_cvref_t<A>>::decode(a, s + Params::template offset<I>())...);
  }
};
template <class R, class... A>
struct Signature<R, const Caller&, A...> : Signature<R, Caller, A...> {};
template <class R, class... A>
struct Signature<R, Caller&&, A...> : Signature<R, Caller, A...> {};

// Whether a class has one call operator, which is no template.
template <class F>
concept CallsOneWay = requires {
  &F::operator();
};

template <class F>
struct CallableSignature;
template <CallsOneWay F>
struct CallableSignature<F> : CallableSignature<decltype(&F::operator())> {};
template <class R, class... A>
struct CallableSignature<R (*)(A...)> : Signature<R, A...> {};
template <class R, class... A>
struct CallableSignature<R (*)(A...) noexcept> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...)> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...) const> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...) noexcept> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...) const noexcept> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...)&> : Signature<R, A...> {};
template <class C, class R, class... A>
struct CallableSignature<R (C::*)(A...) const&> : Signature<R, A...> {};

// Whether the type can be read off the callable; says so once when it cannot.
template <class F>
constexpr bool check_callable() {
  constexpr bool member = std::is_member_pointer_v<F>;
  static_assert(!member,
                "not a host function: a pointer to a member lacks the object; use a lambda that "
                "calls it on one");
  if constexpr (!member) {
    constexpr bool typed = CallsOneWay<F> || std::is_function_v<std::remove_pointer_t<F>>;
    static_assert(typed,
                  "not a host function: its type is read off the callable, so it must have one "
                  "call operator, and no parameters of type auto");
    if constexpr (typed) {
      constexpr bool changes = CallableSignature<F>::changes_parameters;
      static_assert(!changes,
                    "not a WebAssembly value: a host function takes its parameters by value or by "
                    "reference to const");
      return !changes;
    }
  }
  return false;
}

// Calls the function and stores its results.
template <class F>
TrapCode run_typed(void* env, runtime::Store& store, runtime::Instance* instance, uint64_t* slots) {
  using Sig = CallableSignature<F>;
  using Return = typename Sig::Return;
  using Results = typename Sig::Results;
  constexpr bool needs_anchor = Sig::Params::has_refs || Results::List::has_refs;
  StoreAnchor* const anchor = needs_anchor ? anchor_of(store) : nullptr;
  F& f = *static_cast<F*>(env);
  constexpr auto indices = std::make_index_sequence<Sig::Params::count>{};
  if constexpr (std::is_void_v<Return>) {
    Sig::call(f, store, instance, anchor, slots, indices);
  } else if constexpr (IsResult<Return>::value) {
    Return r = Sig::call(f, store, instance, anchor, slots, indices);
    if (!r) return fail_host(store, std::move(r.error()));
    if constexpr (!std::is_void_v<typename Return::value_type>)
      if (!Results::encode(anchor, *r, slots)) return fail_host_result(store);
  } else {
    if (!Results::encode(anchor, Sig::call(f, store, instance, anchor, slots, indices), slots))
      return fail_host_result(store);
  }
  return TrapCode::none;
}

// A callable of the raw form, with the type it was given.
void decode_values(runtime::Store& store, const FuncType& type, const uint64_t* slots,
                   List<Value>& args, List<Value>& results);
TrapCode encode_results(runtime::Store& store, const FuncType& type, Span<const Value> results,
                        uint64_t* slots);

template <class F>
struct RawFunction {
  FuncType type;
  F f;
};

template <class F>
TrapCode run_raw(void* env, runtime::Store& store, runtime::Instance* instance, uint64_t* slots) {
  auto& raw = *static_cast<RawFunction<F>*>(env);
  List<Value> args, results;
  decode_values(store, raw.type, slots, args, results);
  Result<void> r = raw.f(Caller(store, instance), Span<const Value>(args), Span<Value>(results));
  if (!r) return fail_host(store, std::move(r.error()));
  return encode_results(store, raw.type, results, slots);
}

#if NACRE_EXCEPTIONS
inline constexpr bool catch_exceptions = true;

// Keeps the exception being handled in the store.
template <class = void>
TrapCode keep_exception(runtime::Store& store) {
  auto* held = new std::exception_ptr(std::current_exception());
  PendingException pending;
  pending.object = held;
  pending.rethrow = [](void* p) {
    std::exception_ptr e = std::move(*static_cast<std::exception_ptr*>(p));
    delete static_cast<std::exception_ptr*>(p);
    std::rethrow_exception(std::move(e));
  };
  pending.drop = [](void* p) { delete static_cast<std::exception_ptr*>(p); };
  set_pending_exception(store, pending);
  return TrapCode::host;
}
#else
inline constexpr bool catch_exceptions = false;
#endif

// The entry point. `Catch` keeps the two ways of compiling this apart in one program.
template <HostEntryPoint Run, bool Catch>
TrapCode host_entry(void* env, runtime::Store& store, runtime::Instance* instance,
                    uint64_t* slots) {
#if NACRE_EXCEPTIONS
  if constexpr (Catch) {
    try {
      return Run(env, store, instance, slots);
    } catch (...) {
      return keep_exception(store);
    }
  }
#endif
  return Run(env, store, instance, slots);
}

template <class F>
HostFunction make_typed(F&& f) {
  using Callable = std::decay_t<F>;
  HostFunction h;
  if constexpr (check_callable<Callable>()) {
    using Sig = CallableSignature<Callable>;
    h.entry = host_entry<&run_typed<Callable>, catch_exceptions>;
    h.env = new Callable(std::forward<F>(f));
    h.drop = [](void* p) { delete static_cast<Callable*>(p); };
    h.params = {Sig::Params::types, Sig::Params::count};
    h.results = {Sig::Results::List::types, Sig::Results::List::count};
  }
  return h;
}

// `type` must outlive the use of the result's spans; the function keeps a copy.
template <class F>
HostFunction make_raw(const FuncType& type, F&& f) {
  using Raw = RawFunction<std::decay_t<F>>;
  constexpr bool fits =
      std::is_invocable_r_v<Result<void>, std::decay_t<F>&, Caller, Span<const Value>, Span<Value>>;
  static_assert(fits,
                "not a host function: with a FuncType it is called as Result<void>(nacre::Caller, "
                "nacre::Span<const nacre::Value>, nacre::Span<nacre::Value>)");
  HostFunction h;
  if constexpr (fits) {
    h.entry = host_entry<&run_raw<std::decay_t<F>>, catch_exceptions>;
    h.env = new Raw{type, std::forward<F>(f)};
    h.drop = [](void* p) { delete static_cast<Raw*>(p); };
    h.params = type.params;
    h.results = type.results;
  }
  return h;
}

}  // namespace detail
}  // namespace nacre
