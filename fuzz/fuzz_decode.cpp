// SPDX-License-Identifier: Apache-2.0
//
// Bytes -> Module -> bytes -> Module: decoding never crashes, and what decodes survives encoding.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "binary/decode.hpp"
#include "binary/encode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nacre;
  auto module = binary::decode({data, size}, nullptr, {});
  if (!module) return 0;
  std::vector<uint8_t> again = binary::encode(*module);
  auto second = binary::decode(again, nullptr, {});
  if (!second || second->funcs.size() != module->funcs.size()) std::abort();
  return 0;
}
