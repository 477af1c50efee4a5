// SPDX-License-Identifier: Apache-2.0
//
// NACRE_CHECK: an always-on assertion for invariants whose violation is a bug in
// nacre itself. Untrusted input never reaches one; it gets an Error instead.
#pragma once

namespace nacre {

// Prints the failed condition and its place on stderr and terminates.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace nacre

#define NACRE_CHECK(cond) \
  (static_cast<bool>(cond) ? void(0) : ::nacre::check_failed(#cond, __FILE__, __LINE__))
