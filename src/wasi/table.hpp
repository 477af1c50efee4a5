// SPDX-License-Identifier: Apache-2.0
//
// The functions by name: one row each, from which linking and tracing derive.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "wasi/call.hpp"

namespace nacre::wasi {

struct Function {
  std::string_view name;
  std::string_view params;  // one letter each: i (i32) or I (i64)
  bool returns_errno;
  bool in_unstable;  // wasi_unstable has it, too
  Errno (*call)(Call&, const uint64_t* slots);
  // How to print it: "name:kind" for each argument, kinds as in trace.cpp.
  std::string_view trace;
};

std::span<const Function> functions();

// The trace line of a finished call. `args` are the slots as they were on entry.
std::string trace_line(const Function& f, const Call& c, const uint64_t* args, Errno result);

}  // namespace nacre::wasi
