// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

#include <cstring>

namespace nacre::wasi {
namespace {

// A list of strings as preview 1 hands it over: pointers at `table`, the strings one after the
// other at `buf`, each with a NUL.
Errno store_list(Call& c, const List<String>& list, uint32_t table, uint32_t buf) {
  uint64_t at = buf;
  for (size_t i = 0; i < list.size(); ++i) {
    uint64_t size = list[i].size() + 1;
    uint64_t slot = table + uint64_t{i} * 4;
    if (at > UINT32_MAX || slot > UINT32_MAX) return Errno::fault;
    uint8_t* to = c.memory.bytes(static_cast<uint32_t>(at), size);
    if (to == nullptr) return Errno::fault;
    std::memcpy(to, list[i].c_str(), size);
    NACRE_WASI_TRY(
        c.memory.store<uint32_t>(static_cast<uint32_t>(slot), static_cast<uint32_t>(at)));
    at += size;
  }
  return Errno::success;
}

Errno store_sizes(Call& c, const List<String>& list, uint32_t count, uint32_t size) {
  uint64_t total = 0;
  for (const String& s : list) total += s.size() + 1;
  if (list.size() > UINT32_MAX || total > UINT32_MAX) return Errno::overflow;
  NACRE_WASI_TRY(c.memory.store<uint32_t>(count, static_cast<uint32_t>(list.size())));
  return c.memory.store<uint32_t>(size, static_cast<uint32_t>(total));
}

}  // namespace

Errno args_get(Call& c, uint32_t argv, uint32_t buf) {
  return store_list(c, c.context.args(), argv, buf);
}
Errno args_sizes_get(Call& c, uint32_t count, uint32_t size) {
  return store_sizes(c, c.context.args(), count, size);
}
Errno environ_get(Call& c, uint32_t environ_at, uint32_t buf) {
  return store_list(c, c.context.env(), environ_at, buf);
}
Errno environ_sizes_get(Call& c, uint32_t count, uint32_t size) {
  return store_sizes(c, c.context.env(), count, size);
}

}  // namespace nacre::wasi
