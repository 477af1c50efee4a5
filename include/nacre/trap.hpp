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
#include <utility>

#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

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

// The trap in words: "integer divide by zero". The wording is the specification's test suite's. Any
// thread; valid for ever.
const char* to_string(TrapCode code);

// An error a host function returns to trap its caller: ErrorKind::trap, TrapCode::host, with this
// message. The embedder's call() gets it with the guest's backtrace added.
inline Error trap(String message) {
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

// A place in the source of a guest, as the module's debug information (DWARF) tells it.
struct SourceLocation {
  String function;      // demangled; empty if unknown
  String file;          // its path where it was compiled; empty if unknown
  uint32_t line = 0;    // from 1; 0 if unknown
  uint32_t column = 0;  // from 1; 0 if unknown
};

// Where a frame of a backtrace stands: the function inlined innermost first, the frame's own
// function last. Empty without debug information and for host functions. Reads what it needs of the
// module when first asked. Any thread. Of a module made by Module::compile_borrowed, the bytes must
// still be there.
List<SourceLocation> source_locations(const Frame& frame);

// The name a C++ or Rust compiler made this one of, or `name` itself. Any thread.
String demangle(StringView name);

// What describe() writes.
struct ReportOptions {
  bool notes = true;          // end with what to do when names or lines are missing
  bool quote_source = false;  // quote the innermost line whose file can be read: opens host files
                              // that the module names
  StringView base = {};       // a directory left out at the front of paths
};

// An error as lines for people, without a newline at the end: what happened and the backtrace with
// names, files and lines, runs of the same frames folded. What a guest chose (names, paths)
// appears with control characters escaped. Any thread.
//
//   trap: integer divide by zero
//       0: divide at app.c:3:12
//             3 |   return a / b;
//               |            ^
//          inlined into compute at app.c:7:37 @ 0x275
//       1: main at app.c:12:18 @ 0x302
String describe(const Error& error, const ReportOptions& options = {});

}  // namespace nacre
