// SPDX-License-Identifier: Apache-2.0
//
// Why running code stopped. Engines produce these numbers (machine code keeps them in
// its side tables); the call boundary turns one into an Error, once. The wording is
// the specification's test suite's wherever the suite has one: it matches by prefix.
#pragma once

#include <cstdint>

#include "nacre/trap.hpp"

namespace nacre {

// The public enumeration, by the short name engines use.
using Trap = TrapCode;

constexpr const char* trap_message(Trap trap) {
  switch (trap) {
    case Trap::none:
      return "no trap";
    case Trap::unreachable:
      return "unreachable";
    case Trap::integer_divide_by_zero:
      return "integer divide by zero";
    case Trap::integer_overflow:
      return "integer overflow";
    case Trap::invalid_conversion:
      return "invalid conversion to integer";
    case Trap::memory_out_of_bounds:
      return "out of bounds memory access";
    case Trap::table_out_of_bounds:
      return "out of bounds table access";
    case Trap::undefined_element:
      return "undefined element";
    case Trap::uninitialized_element:
      return "uninitialized element";
    case Trap::indirect_call_type_mismatch:
      return "indirect call type mismatch";
    case Trap::stack_exhausted:
      return "call stack exhausted";
    case Trap::null_reference:
      return "null reference";
    case Trap::null_function:
      return "null function reference";
    case Trap::null_structure:
      return "null structure reference";
    case Trap::null_array:
      return "null array reference";
    case Trap::null_i31:
      return "null i31 reference";
    case Trap::null_exception:
      return "null exception reference";
    case Trap::cast_failure:
      return "cast failure";
    case Trap::array_out_of_bounds:
      return "out of bounds array access";
    case Trap::unaligned_atomic:
      return "unaligned atomic";
    case Trap::expected_shared_memory:
      return "expected shared memory";
    case Trap::uncaught_exception:
      return "unhandled exception";
    case Trap::out_of_fuel:
      return "out of fuel";
    case Trap::interrupted:
      return "interrupted";
    case Trap::deadline:
      return "deadline exceeded";
    case Trap::out_of_memory:
      return "out of memory";
    case Trap::host:
      return "host function failed";
    case Trap::exit:
      return "program exited";
    case Trap::count:
      break;
  }
  return "unknown trap";
}

}  // namespace nacre
