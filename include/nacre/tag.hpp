// SPDX-License-Identifier: Apache-2.0
//
// Tag: what kind of exception is thrown; and how the host throws and catches.
//
//   nacre::Tag oops = nacre::Tag::create(store, {nacre::ValKind::i32}).value();
//   linker.define("env", "oops", oops);
//   linker.func("env", "fail", [oops](nacre::Caller caller, int32_t code) -> nacre::Result<void> {
//     const nacre::Value payload[] = {code};
//     return nacre::throw_exception(caller, oops, payload);  // the guest may catch it
//   });
//
//   nacre::Result<void> result = run();
//   if (!result && result.error().kind == nacre::ErrorKind::exception)
//     int32_t code = nacre::caught_exception(store).get(0).value().i32();
#pragma once

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

// A view; see Store for threads and lifetime.
class Tag : public detail::View<runtime::Tag> {
 public:
  using View::View;

  // A new tag whose exceptions carry values of these types. Errors: invalid_argument; limit, for
  // more than Limits::max_params of them.
  static Result<Tag> create(StoreContext store, const List<ValType>& params);
  // Types of the payload; none when the view is empty or the store gone.
  List<ValType> params() const;
};

// An error with ErrorKind::exception for a host function to return: its caller sees an exception
// with this tag and payload. Without memory for it, or when the payload does not fit the tag, the
// error says so instead.
Error throw_exception(StoreContext store, const Tag& tag, Span<const Value> payload);
// The same exception again, from a reference: rethrows what was caught. Null, or a reference of
// another store, gives another error instead.
Error throw_exception(StoreContext store, const ExnRef& exception);

// The exception of the store's last call that failed with ErrorKind::exception; null otherwise.
ExnRef caught_exception(StoreContext store);

}  // namespace nacre
