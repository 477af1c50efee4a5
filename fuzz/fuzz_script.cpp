// SPDX-License-Identifier: Apache-2.0
//
// Arbitrary text as a .wast script: parsing never crashes.
#include <cstddef>
#include <cstdint>

#include "text/script.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)nacre::text::parse_script({reinterpret_cast<const char*>(data), size});
  return 0;
}
