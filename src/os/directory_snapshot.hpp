// SPDX-License-Identifier: Apache-2.0
//
// Directory positions for systems whose own do not outlive a reader: the whole directory is read
// once, at position 0, and positions count its entries. Records: u64 ino, u8 kind, u16 name
// size, name. Only the DirectoryReaders of those systems include this.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "os/files.hpp"

namespace nacre::os::snapshot {

inline constexpr size_t header_bytes = 11;

inline void append(std::vector<uint8_t>& buffer, uint64_t ino, FileKind kind,
                   std::string_view name) {
  size_t at = buffer.size();
  auto size = static_cast<uint16_t>(name.size());
  buffer.resize(at + header_bytes + size);
  std::memcpy(&buffer[at], &ino, 8);
  buffer[at + 8] = static_cast<uint8_t>(kind);
  std::memcpy(&buffer[at + 9], &size, 2);
  std::memcpy(&buffer[at + header_bytes], name.data(), size);
}

inline size_t record_bytes(const std::vector<uint8_t>& buffer, size_t at) {
  uint16_t size;
  std::memcpy(&size, &buffer[at + 9], 2);
  return header_bytes + size;
}

// Visits the entries from position `cookie` on. `*pos` and `*at` remember where the last visit
// ended, as an offset and as a position.
inline void visit(const std::vector<uint8_t>& buffer, uint64_t cookie, size_t* pos, uint64_t* at,
                  DirectoryReader::Visit fn, void* env) {
  if (cookie < *at || *pos > buffer.size()) *pos = 0, *at = 0;
  for (; *at < cookie && *pos < buffer.size(); ++*at) *pos += record_bytes(buffer, *pos);
  while (*pos < buffer.size()) {
    DirectoryEntry e;
    std::memcpy(&e.ino, &buffer[*pos], 8);
    e.kind = static_cast<FileKind>(buffer[*pos + 8]);
    size_t n = record_bytes(buffer, *pos);
    e.name = {reinterpret_cast<const char*>(&buffer[*pos + header_bytes]), n - header_bytes};
    e.next = *at + 1;
    if (!fn(env, e)) return;
    *pos += n;
    ++*at;
  }
}

}  // namespace nacre::os::snapshot
