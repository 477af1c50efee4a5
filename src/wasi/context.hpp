// SPDX-License-Identifier: Apache-2.0
//
// A guest's world: its descriptors, arguments, environment, clock and random numbers. Made from a
// WasiConfig, shared by the functions of one linker; the descriptor table may be used from several
// guest threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <nacre/wasi.hpp>
#include "wasi/abi.hpp"

namespace nacre::wasi {

struct Descriptor {
  Ref<Handle> handle;  // null: a free number
  Rights base = 0, inheriting = 0;
  std::shared_ptr<const std::string> preopen;  // the guest's name of a preopened directory
};

class Context {
 public:
  static Result<std::shared_ptr<Context>> make(WasiConfig config);

  const List<String>& args() const { return config_.args; }
  const List<String>& env() const { return config_.env; }
  const WasiConfig& config() const { return config_; }
  Clock& clock() const { return *config_.clock; }
  Random& random() const { return *config_.random; }

  // The open descriptor `fd`. badf: not open; notcapable: it lacks one of `needed`.
  Errno find(uint32_t fd, Rights needed, Descriptor* out);
  // Puts a descriptor at the lowest free number. mfile: the limit is reached.
  Errno insert(Descriptor d, uint32_t* fd);
  bool has_room();
  Errno close(uint32_t fd);
  // Moves `from` to `to`, closing what was there. Both must be open.
  Errno renumber(uint32_t from, uint32_t to);
  // Rights can only be taken away.
  Errno set_rights(uint32_t fd, Rights base, Rights inheriting);

 private:
  explicit Context(WasiConfig config) : config_(std::move(config)) {}
  Result<void> open_streams();
  Result<void> open_preopens();
  Result<void> open_listeners();
  void lock_handles();
  bool is_open(uint32_t fd) const { return fd < table_.size() && table_[fd].handle; }

  WasiConfig config_;
  std::mutex mutex_;
  std::vector<Descriptor> table_;
  uint32_t first_free_ = 0;  // no free number below
};

// Rights a handle of this kind can have.
Rights rights_for(const Handle& handle);

}  // namespace nacre::wasi
