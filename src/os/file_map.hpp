// SPDX-License-Identifier: Apache-2.0
//
// A file's bytes, mapped where the host can, for reading.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace nacre::os {

struct FileMap {
  std::shared_ptr<const void> owner;  // keeps `bytes` alive
  std::span<const uint8_t> bytes;
};

// Maps `path`. Returns 0 or a number from <cerrno>. A file that shrinks while it is mapped makes
// the host's access to it fault, as with any mapping.
int map_file(const std::string& path, FileMap* out);

}  // namespace nacre::os
