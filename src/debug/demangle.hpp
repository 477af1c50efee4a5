// SPDX-License-Identifier: Apache-2.0
//
// Names as the programmer wrote them, from those that compilers make of them: C++ (Itanium ABI)
// and Rust (legacy and v0). Names come from untrusted modules: output, depth and work are bounded,
// and what cannot be read is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nacre::debug {

// The name behind `mangled`, or `mangled` itself when it is none or is not understood.
std::string demangle(std::string_view mangled);

// By scheme; nothing when `mangled` is not such a name.
std::optional<std::string> demangle_itanium(std::string_view mangled);      // _Z...
std::optional<std::string> demangle_rust_legacy(std::string_view mangled);  // _ZN...17h<hash>E
// What C++'s demangler makes of a Rust legacy name, as linkers do: "_$LT$T$GT$::f::h0123...".
std::optional<std::string> demangle_rust_half(std::string_view name);
std::optional<std::string> demangle_rust_v0(std::string_view mangled);  // _R...

// Longer results are refused.
inline constexpr size_t max_demangled = 1 << 16;

}  // namespace nacre::debug
