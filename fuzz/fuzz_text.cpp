// SPDX-License-Identifier: Apache-2.0
//
// Text -> binary; what decodes and validates is printed and must parse again to a module of the
// same shape.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "binary/decode.hpp"
#include "text/parse.hpp"
#include "text/print.hpp"
#include "validate/module_validator.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nacre;
  auto binary = text::wat_to_wasm({reinterpret_cast<const char*>(data), size});
  if (!binary) return 0;
  auto module = binary::decode(*binary, nullptr, {});
  if (!module || !validate::validate_module(*module, {})) return 0;
  std::string printed = text::print_module(*module, {});
  auto again = text::wat_to_wasm(printed);
  if (!again) std::abort();
  auto second = binary::decode(*again, nullptr, {});
  if (!second || second->funcs.size() != module->funcs.size() ||
      second->bodies.size() != module->bodies.size())
    std::abort();
  return 0;
}
