// SPDX-License-Identifier: Apache-2.0
#include "os/process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace nacre::os {

uint64_t process_id() { return static_cast<uint64_t>(getpid()); }

bool announce_file_to_profiler(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* const at = mmap(nullptr, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  close(file);
  return at != MAP_FAILED;
}

}  // namespace nacre::os
