// SPDX-License-Identifier: Apache-2.0
#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace nacre {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "nacre: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace nacre
