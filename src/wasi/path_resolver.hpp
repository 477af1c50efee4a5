// SPDX-License-Identifier: Apache-2.0
//
// The pure half of confinement: a guest's path string becomes a list of components, or an errno.
// No file system is asked. Whether ".." stays inside depends on symbolic links, so ".." survives
// as a component and the handle that resolves the list must not let it leave (os/files.hpp).
#pragma once

#include <string_view>

#include <nacre/wasi.hpp>

namespace nacre::wasi {

inline constexpr size_t max_path_bytes = 4096;
inline constexpr size_t max_name_bytes = 255;

enum class NameRules : uint8_t { unix_names, windows_names };

// Splits `text`, which must outlive `out`.
//   noent         empty
//   nametoolong   over max_path_bytes, or a component over max_name_bytes
//   inval         a NUL byte
//   ilseq         not UTF-8
//   notcapable    absolute; with Windows' rules also what that system would read as something
//                 else than a name: "\", ":", wildcards, control characters, device names,
//                 names ending in "." or a space
Errno resolve_path(std::string_view text, NameRules rules, Path* out);

}  // namespace nacre::wasi
