// SPDX-License-Identifier: Apache-2.0
#include <nacre/result.hpp>

#include <cstdio>
#include <cstdlib>

namespace nacre {

const char* to_string(ErrorKind kind) {
  static constexpr const char* names[] = {
      "malformed", "invalid", "unlinkable",       "unsupported", "limit",      "trap",
      "exception", "exit",    "invalid_argument", "io",          "interrupted"};
  const auto i = static_cast<size_t>(kind);
  return i < sizeof names / sizeof *names ? names[i] : "unknown";
}

void bad_result_access(const Error& error) {
  std::fprintf(stderr, "nacre: value() of a Result that holds an error: %s\n",
               error.message.c_str());
  std::abort();
}

}  // namespace nacre
