// SPDX-License-Identifier: Apache-2.0
//
// Read, not mapped: a mapping would keep the file from being replaced on this system.
#include <cerrno>
#include <cstdio>
#include <vector>

#include "os/file_map.hpp"
#include "os/stdio.hpp"

namespace nacre::os {

int map_file(const std::string& path, FileMap* out) {
  std::FILE* file = open_stream(path, "rb");
  if (file == nullptr) return errno;
  auto data = std::make_shared<std::vector<uint8_t>>();
  uint8_t chunk[16384];
  size_t n = 0;
  while ((n = std::fread(chunk, 1, sizeof chunk, file)) > 0)
    data->insert(data->end(), chunk, chunk + n);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return EIO;
  out->bytes = *data;
  out->owner = std::move(data);
  return 0;
}

}  // namespace nacre::os
