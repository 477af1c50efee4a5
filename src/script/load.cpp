// SPDX-License-Identifier: Apache-2.0
#include "script/load.hpp"

#include <string>

#include "binary/branch_hints.hpp"
#include "binary/decode.hpp"
#include "binary/encode.hpp"
#include "binary/names.hpp"
#include "text/parse.hpp"
#include "text/print.hpp"

namespace nacre::script {

namespace {

Error tool_error(const char* tool, const Error& error) {
  return make_error(error.kind, std::string(tool) + ": " + error.message, error.offset);
}

}  // namespace

Result<std::vector<uint8_t>> round_trip(std::vector<uint8_t> bytes, RoundTrip how,
                                        const Features& features) {
  if (how == RoundTrip::none) return bytes;
  Result<wasm::Module> module = binary::decode(bytes, nullptr, {features, {}});
  if (!module) return tool_error("round trip, decoding", module.error());
  if (how == RoundTrip::encode) return binary::encode(*module);
  const std::string printed = text::print_module(*module);
  text::ParseOptions options;
  options.features = features;
  Result<std::vector<uint8_t>> again = text::wat_to_wasm(printed, options);
  if (!again) return tool_error("round trip, parsing what was printed", again.error());
  return again;
}

Result<void> check_customs(const Module& module) {
  const Features features = module.engine().config().features;
  Result<wasm::Module> decoded = binary::decode(module.bytes(), nullptr, {features, {}});
  if (!decoded) return std::move(decoded.error());
  for (const wasm::CustomSection& c : decoded->customs)
    if (c.name == "name")
      if (Result<void> ok = binary::check_name_section(c.bytes, c.offset); !ok) return ok;
  return binary::check_branch_hints(*decoded);
}

}  // namespace nacre::script
