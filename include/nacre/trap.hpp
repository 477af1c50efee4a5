// SPDX-License-Identifier: Apache-2.0
//
// TrapCode: why running code stopped; and `trap`, with which a host function stops its caller.
//
//   linker.func("env", "div", [](int32_t a, int32_t b) -> nacre::Result<int32_t> {
//     if (b == 0) return nacre::trap("divide by zero");
//     return a / b;
//   });
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "nacre/result.hpp"

namespace nacre {

// Error::trap_code of an Error with ErrorKind::trap. The numbers may grow at the end between
// releases.
enum class TrapCode : uint8_t {
  none,
  unreachable,
  integer_divide_by_zero,
  integer_overflow,
  invalid_conversion,
  memory_out_of_bounds,
  table_out_of_bounds,
  undefined_element,      // call_indirect: index outside the table
  uninitialized_element,  // call_indirect: the element is null
  indirect_call_type_mismatch,
  stack_exhausted,
  null_reference,
  null_function,
  null_structure,
  null_array,
  null_i31,
  null_exception,
  cast_failure,
  array_out_of_bounds,
  unaligned_atomic,
  expected_shared_memory,
  uncaught_exception,  // an exception nobody caught reached the call boundary
  out_of_fuel,
  interrupted,
  deadline,
  out_of_memory,  // the GC heap is full, or a limit of the host was hit
  host,           // a host function returned an error; its message travels separately
  exit,           // proc_exit: not a failure, unwinds like one
  count
};

// The trap in words: "integer divide by zero". The wording is the specification's test suite's.
const char* to_string(TrapCode code);

// An error a host function returns to trap its caller: ErrorKind::trap, TrapCode::host, with this
// message. The embedder's call() gets it with the guest's backtrace added.
inline Error trap(std::string message) {
  Error e = make_error(ErrorKind::trap, std::move(message));
  e.trap_code = static_cast<uint8_t>(TrapCode::host);
  return e;
}

// An error a host function returns to end the program, as WASI's proc_exit does: ErrorKind::exit
// with `code`. Not a failure of the guest; it unwinds like one.
inline Error exit_program(int code) {
  Error e = make_error(ErrorKind::exit, "program exited");
  e.trap_code = static_cast<uint8_t>(TrapCode::exit);
  e.exit_code = code;
  return e;
}

// The trap an error stands for; TrapCode::none when its kind is neither trap, exception nor exit.
inline TrapCode trap_code(const Error& error) { return static_cast<TrapCode>(error.trap_code); }

}  // namespace nacre
