// SPDX-License-Identifier: Apache-2.0
#include "debug/demangle.hpp"

namespace nacre::debug {

std::string demangle(std::string_view mangled) {
  std::optional<std::string> out;
  if (mangled.starts_with("_R")) out = demangle_rust_v0(mangled);
  if (!out && mangled.starts_with("_ZN")) out = demangle_rust_legacy(mangled);
  if (!out && mangled.starts_with("_Z")) out = demangle_itanium(mangled);
  if (!out && !mangled.starts_with("_Z")) out = demangle_rust_half(mangled);
  return out ? std::move(*out) : std::string(mangled);
}

}  // namespace nacre::debug
