// SPDX-License-Identifier: Apache-2.0
//
// Error and Result<T>: how every nacre call that can fail reports it.
//
//   nacre::Result<nacre::Module> module = nacre::Module::compile(engine, bytes);
//   if (!module) std::puts(module.error().message.c_str());
//
// Result has std::expected's names. value() on an error calls
// nacre::bad_result_access, an out-of-line function that prints the error and
// terminates the program, so the library works with and without exceptions.
#pragma once

#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "nacre/detail/frame_origin.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

// Why something failed, by class. `message` carries the detail.
enum class ErrorKind : uint8_t {
  malformed,         // not a WebAssembly binary or text
  invalid,           // well-formed but does not validate
  unlinkable,        // imports missing or of the wrong type
  unsupported,       // needs a feature that is switched off or not there (components)
  limit,             // a configured or implementation limit was hit
  trap,              // running code trapped
  exception,         // a WebAssembly exception was not caught
  exit,              // the guest called proc_exit; `exit_code` holds its status
  invalid_argument,  // the embedder's call does not fit (wrong store, wrong types ...)
  io,                // a file could not be read or written
  interrupted,       // compiling was stopped (CompileOptions::stop)
};

// The name of the kind as it is written here: "malformed". Any thread; valid for ever.
const char* to_string(ErrorKind kind);

// One frame of a trap's backtrace, innermost first.
struct Frame {
  uint32_t func_index = 0;     // in the module's function index space
  uint64_t offset = 0;         // byte offset in the module's binary; 0 if unknown
  String func_name;            // from the name section; empty without one
  String module_name;          // likewise
  detail::FrameOrigin origin;  // internal; keeps the module for source_locations (trap.hpp)
};

// What went wrong. A plain value; its frames keep their modules alive. describe (trap.hpp) makes
// one text of it all.
struct Error {
  static constexpr uint64_t no_offset = ~uint64_t{0};  // `offset` of an error about no byte

  ErrorKind kind = ErrorKind::invalid_argument;  // by class
  String message;                                // one line, no trailing newline
  uint64_t offset = no_offset;                   // byte offset in the input, where there is one
  int exit_code = 0;                             // with ErrorKind::exit
  uint8_t trap_code = 0;                         // with ErrorKind::trap: a nacre::TrapCode
  List<Frame> backtrace;      // with traps and exceptions; the innermost ones when there are many
  uint64_t frames_total = 0;  // how many frames there were
  // With ErrorKind::exception: which one, as long as its store remembers it (caught_exception).
  uint64_t exception_id = 0;
};

// Makes an Error of kind `kind`, as host functions return it. `offset`: of the byte of the input it
// is about.
inline Error make_error(ErrorKind kind, String message, uint64_t offset = Error::no_offset) {
  Error e;
  e.kind = kind;
  e.message = std::move(message);
  e.offset = offset;
  return e;
}

// Prints `error` to stderr and terminates. Called by Result::value() on an error.
[[noreturn]] void bad_result_access(const Error& error);

template <class T>
class Result;

namespace detail {
// `make` as a function that returns a Result.
template <class F>
auto in_result(F& make) {
  return [&make]<class... A>(A&&... value) {
    using U = std::remove_cvref_t<std::invoke_result_t<F&, A...>>;
    if constexpr (std::is_void_v<U>) {
      make(std::forward<A>(value)...);
      return Result<U>();
    } else {
      return Result<U>(make(std::forward<A>(value)...));
    }
  };
}
}  // namespace detail

// Either a T or an Error. Movable; copyable when T is. It is of one thread at a time, as any value.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;  // as std::expected's
  // A success.
  Result(T value) : ok_(true) { new (&storage_.value) T(std::move(value)); }
  // A failure.
  Result(Error error) : ok_(false) { new (&storage_.error) Error(std::move(error)); }
  // From a Result of something that converts to T.
  template <class U>
  requires(!std::is_same_v<U, T> && std::is_convertible_v<U, T>) Result(Result<U>&& o)
      : ok_(o.has_value()) {
    if (ok_) new (&storage_.value) T(static_cast<T>(*std::move(o)));
    else new (&storage_.error) Error(std::move(o).error());
  }
  Result(const Result& o) : ok_(o.ok_) {
    if (ok_) new (&storage_.value) T(o.storage_.value);
    else new (&storage_.error) Error(o.storage_.error);
  }
  Result(Result&& o) noexcept : ok_(o.ok_) {
    if (ok_) new (&storage_.value) T(std::move(o.storage_.value));
    else new (&storage_.error) Error(std::move(o.storage_.error));
  }
  Result& operator=(Result o) noexcept {
    this->~Result();
    new (this) Result(std::move(o));
    return *this;
  }
  ~Result() {
    if (ok_) storage_.value.~T();
    else storage_.error.~Error();
  }

  // Whether there is a value:
  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }

  // The value; on an error, prints it to stderr and terminates the program (bad_result_access):
  T& value() & {
    check();
    return storage_.value;
  }
  const T& value() const& {
    check();
    return storage_.value;
  }
  T&& value() && {
    check();
    return std::move(storage_.value);
  }
  // The value, or `fallback` on an error:
  template <class U>
  T value_or(U&& fallback) const& {
    return ok_ ? storage_.value : static_cast<T>(std::forward<U>(fallback));
  }
  template <class U>
  T value_or(U&& fallback) && {
    return ok_ ? std::move(storage_.value) : static_cast<T>(std::forward<U>(fallback));
  }
  // What `next` makes of the value, itself a Result; the error as it is:
  template <class F>
  auto and_then(F&& next) const& {
    using R = std::remove_cvref_t<std::invoke_result_t<F, const T&>>;
    return ok_ ? std::forward<F>(next)(storage_.value) : R(storage_.error);
  }
  template <class F>
  auto and_then(F&& next) && {
    using R = std::remove_cvref_t<std::invoke_result_t<F, T>>;
    return ok_ ? std::forward<F>(next)(std::move(storage_.value)) : R(std::move(storage_.error));
  }
  // A Result of what `make` makes of the value; the error as it is:
  template <class F>
  auto transform(F&& make) const& {
    return and_then(detail::in_result(make));
  }
  template <class F>
  auto transform(F&& make) && {
    return std::move(*this).and_then(detail::in_result(make));
  }
  // The value as it is; what `next` makes of the error, itself a Result<T>:
  template <class F>
  Result or_else(F&& next) const& {
    return ok_ ? *this : Result(std::forward<F>(next)(storage_.error));
  }
  template <class F>
  Result or_else(F&& next) && {
    return ok_ ? std::move(*this) : Result(std::forward<F>(next)(std::move(storage_.error)));
  }
  // As value():
  T& operator*() & {
    check();
    return storage_.value;
  }
  const T& operator*() const& {
    check();
    return storage_.value;
  }
  T&& operator*() && {
    check();
    return std::move(storage_.value);
  }
  T* operator->() {
    check();
    return &storage_.value;
  }
  const T* operator->() const {
    check();
    return &storage_.value;
  }

  // The error. Precondition: !has_value():
  Error& error() & { return storage_.error; }
  const Error& error() const& { return storage_.error; }
  Error&& error() && { return std::move(storage_.error); }

 private:
  void check() const {
    if (!ok_) bad_result_access(storage_.error);
  }
  union Storage {
    Storage() {}
    ~Storage() {}
    T value;
    Error error;
  } storage_;
  bool ok_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;  // as std::expected's
  // A success.
  Result() = default;
  // A failure.
  Result(Error error) : ok_(false), error_(std::move(error)) {}
  // Whether it is a success:
  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }

  // Nothing on success; on an error, prints it to stderr and terminates the program.
  void value() const {
    if (!ok_) bad_result_access(error_);
  }
  // After a success what `next`, called without arguments, returns, itself a Result; else the
  // error:
  template <class F>
  auto and_then(F&& next) const {
    using R = std::remove_cvref_t<std::invoke_result_t<F>>;
    return ok_ ? std::forward<F>(next)() : R(error_);
  }
  // After a success a Result of what `make` returns; else the error:
  template <class F>
  auto transform(F&& make) const {
    return and_then(detail::in_result(make));
  }
  // After a failure what `next`, itself a Result<void>, makes of the error:
  template <class F>
  Result or_else(F&& next) const {
    return ok_ ? *this : Result(std::forward<F>(next)(error_));
  }
  // The error. Precondition: !has_value():
  Error& error() & { return error_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  bool ok_ = true;
  Error error_;
};

}  // namespace nacre
