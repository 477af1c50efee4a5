// SPDX-License-Identifier: Apache-2.0
#include "nacre/text.hpp"

#include "text/parse.hpp"

namespace nacre {

Result<List<uint8_t>> wat2wasm(StringView text) {
  Result<std::vector<uint8_t>> binary = text::wat_to_wasm(text);
  if (!binary) return std::move(binary.error());
  return List<uint8_t>(*binary);
}

}  // namespace nacre
