// SPDX-License-Identifier: Apache-2.0
#include "capi/error.hpp"
#include "capi/vec.hpp"
#include "text/parse.hpp"

using namespace nacre::capi;

extern "C" nacre_error_t* nacre_wat2wasm(const char* text, size_t size, wasm_byte_vec_t* out) {
  nacre::Result<std::vector<uint8_t>> binary = nacre::text::wat_to_wasm({text, size});
  if (binary) bytes_assign(out, *binary);
  else wasm_byte_vec_new_empty(out);
  return error_of(std::move(binary));
}
