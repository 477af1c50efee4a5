// SPDX-License-Identifier: Apache-2.0
//
// FunctionListener: is told when functions of a module are called and when they end. Functions are
// chosen when the module is compiled (compile_options.hpp); all others run as if there were no
// listeners.
//
//   struct Trace : nacre::FunctionListener {
//     void before(nacre::ListenerCall& call, nacre::Span<const nacre::Value> params) override {
//       std::printf("%*s%s(%d)\n", int(2 * call.depth()), "",
//                   nacre::to_string(call.function()).c_str(), params[0].i32());
//     }
//     void after(nacre::ListenerCall& call, nacre::Span<const nacre::Value> results) override {
//       std::printf("%*s= %d\n", int(2 * call.depth()), "", results[0].i32());
//     }
//   };
//
// Every `before` is followed by exactly one `after` or `trap` of the same function, properly nested
// within a store.
#pragma once

#include <cstdint>

#include "nacre/caller.hpp"
#include "nacre/compile_options.hpp"
#include "nacre/detail/host.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

// One call of a function, while a listener is told about it.
class ListenerCall {
 public:
  // Valid as long as the module.
  const FunctionInfo& function() const { return info_; }
  // As a host function that this function called would be given: the instance it belongs to, its
  // memory and exports, a backtrace that begins with this function, the store's user data. Calling
  // functions through it is fine, and heard by their listeners. Valid during the callback.
  Caller caller() const { return Caller(store_, &instance_); }
  // How many frames the store's stack has, this function's and host functions' included: 1 for a
  // function that the embedder called. Takes time in proportion to it.
  uint64_t depth() const;
  // In `after`: whether the function ended by calling another one in its place (return_call). Then
  // there are no results: who it called has taken its frame.
  bool is_tail_call() const { return tail_call_; }
  // In `before` and `after`: ends the embedder's call with this error, as if a host function had
  // returned it. After `before` the function does not run, and its listener hears no more of this
  // call. In `trap` it does nothing: the call fails already.
  void fail(Error error);

  // Internal.
  ListenerCall(runtime::Store& store, runtime::Instance& instance, const FunctionInfo& info,
               bool tail_call, uint64_t depth)
      : store_(store), instance_(instance), info_(info), depth_(depth), tail_call_(tail_call) {}
  ListenerCall(const ListenerCall&) = delete;
  ListenerCall& operator=(const ListenerCall&) = delete;
  runtime::Store& store() const { return store_; }
  TrapCode outcome() const { return outcome_; }
  void end_with(TrapCode code);  // what a host function would return

 private:
  runtime::Store& store_;
  runtime::Instance& instance_;
  const FunctionInfo& info_;
  uint64_t depth_;  // 0: not known yet
  bool tail_call_;
  TrapCode outcome_ = TrapCode::none;
};

class FunctionListener;

namespace detail {

enum class ListenerEvent : uint8_t { before, after, trap };
// Tells a listener; what it throws is kept as if a host function had thrown it. `values` are
// before's and after's, `error` is trap's.
using ListenerEntry = TrapCode (*)(FunctionListener& listener, ListenerCall& call,
                                   ListenerEvent event, Span<const Value> values,
                                   const Error* error);
// `Catch` keeps the two ways of compiling this apart in one program.
template <bool Catch>
TrapCode listener_entry(FunctionListener& listener, ListenerCall& call, ListenerEvent event,
                        Span<const Value> values, const Error* error);

}  // namespace detail

// Derive from it and override what you want to hear. Whoever makes a listener owns it, and keeps
// it as long as the modules that were given it (CompileOptions::listeners shows how to leave that
// to the module).
//
// Threads: a listener is called by the thread that runs the function. A module may run in several
// stores at once, so a listener is called by several threads at once unless the embedder uses the
// module in one thread only.
//
// A listener may do what a host function may: read and write memory, call functions, interrupt the
// store. A C++ exception thrown by `before` or `after` ends the embedder's call and leaves it as it
// was thrown; one thrown by `trap` is dropped. Values are roots while the callback runs: copy a
// Value to keep a reference.
class FunctionListener {
 public:
  template <bool Catch = detail::catch_exceptions>
  FunctionListener() : entry_(&detail::listener_entry<Catch>) {}
  virtual ~FunctionListener() = default;

  // The function is about to run: its frame has been made, none of its instructions has run.
  virtual void before(ListenerCall&, Span<const Value> /*params*/) {}
  // It returns these results. Or it is about to make a tail call: call.is_tail_call(), no results.
  virtual void after(ListenerCall&, Span<const Value> /*results*/) {}
  // It ends without results: something in it or in a function it called trapped, threw an exception
  // (that is caught further out, or not at all), ended the program, was stopped. `error` is what
  // the embedder's call will fail with, or, of kind exception, what passes through. The frames are
  // gone already; innermost functions are told first.
  virtual void trap(ListenerCall&, const Error& /*error*/) {}

  // Internal.
  detail::ListenerEntry entry() const { return entry_; }

 private:
  detail::ListenerEntry entry_;
};

namespace detail {

inline void tell_listener(FunctionListener& listener, ListenerCall& call, ListenerEvent event,
                          Span<const Value> values, const Error* error) {
  switch (event) {
    case ListenerEvent::before:
      return listener.before(call, values);
    case ListenerEvent::after:
      return listener.after(call, values);
    case ListenerEvent::trap:
      return listener.trap(call, *error);
  }
}

template <bool Catch>
TrapCode listener_entry(FunctionListener& listener, ListenerCall& call, ListenerEvent event,
                        Span<const Value> values, const Error* error) {
#if NACRE_EXCEPTIONS
  if constexpr (Catch) {
    try {
      tell_listener(listener, call, event, values, error);
    } catch (...) {
      return keep_exception(call.store());
    }
    return call.outcome();
  }
#endif
  tell_listener(listener, call, event, values, error);
  return call.outcome();
}

}  // namespace detail
}  // namespace nacre
