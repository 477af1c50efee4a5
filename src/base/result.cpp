// SPDX-License-Identifier: Apache-2.0
#include <nacre/result.hpp>

#include <cstdio>
#include <cstdlib>

namespace nacre {

void bad_result_access(const Error& error) {
  std::fprintf(stderr, "nacre: value() of a Result that holds an error: %s\n",
               error.message.c_str());
  std::abort();
}

}  // namespace nacre
