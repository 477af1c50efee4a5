// SPDX-License-Identifier: Apache-2.0
//
// For this folder's tests: a guest without a module. `World` holds a context and 64 KiB of guest
// memory, and calls functions by name with the values a guest would pass.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "wasi/errno.hpp"
#include "wasi/table.hpp"

namespace nacre::wasi {

inline void PrintTo(Errno e, std::ostream* out) { *out << errno_name(e); }

class World {
 public:
  explicit World(WasiConfig config, const Layout& layout = preview1_layout)
      : context_(Context::make(std::move(config)).value()), layout_(layout), memory_(65536) {}

  Context& context() { return *context_; }
  uint8_t* at(uint32_t p) { return memory_.data() + p; }
  template <class T>
  T get(uint32_t p) {
    return load_le<T>(at(p));
  }
  template <class T>
  void put(uint32_t p, T v) {
    store_le<T>(at(p), v);
  }

  // Places a string; the next call of `text` goes behind it.
  uint32_t text(std::string_view s) {
    if (next_ + s.size() > 60000) next_ = 32768;
    uint32_t p = next_;
    std::copy(s.begin(), s.end(), memory_.begin() + p);
    next_ += static_cast<uint32_t>(s.size());
    return p;
  }
  std::string string(uint32_t p, size_t n) {
    return std::string(reinterpret_cast<char*>(at(p)), n);
  }

  Errno call(std::string_view name, std::initializer_list<uint64_t> args) {
    for (const Function& f : functions()) {
      if (f.name != name) continue;
      EXPECT_EQ(f.params.size(), args.size()) << name;
      Call c{*context_, Guest(memory_.data(), memory_.size()), layout_, should_stop, stop_env};
      std::vector<uint64_t> slots(args);
      slots.resize(10);
      Errno e = f.call(c, slots.data());
      exited = c.exited;
      exit_code = c.exit_code;
      stopped = c.stopped;
      failure = c.failure;
      line = trace_line(f, c, slots.data(), e);
      return e;
    }
    ADD_FAILURE() << "no function " << name;
    return Errno::nosys;
  }

  // Calls whose path arguments are strings.
  Errno on_path(std::string_view name, uint32_t fd, std::string_view path) {
    return call(name, {fd, text(path), path.size()});
  }
  Errno open(uint32_t dir, std::string_view path, uint32_t oflags, Rights base, uint32_t* fd,
             uint32_t lookup = 1, Rights inheriting = 0, uint32_t fdflags = 0) {
    Errno e = call("path_open",
                   {dir, lookup, text(path), path.size(), oflags, base, inheriting, fdflags, 16});
    if (fd != nullptr) *fd = e == Errno::success ? get<uint32_t>(16) : ~0u;
    return e;
  }
  Errno write(uint32_t fd, std::string_view s) {
    put<uint32_t>(32, text(s));
    put<uint32_t>(36, static_cast<uint32_t>(s.size()));
    return call("fd_write", {fd, 32, 1, 16});
  }
  Errno read(uint32_t fd, std::string* out, uint32_t size = 1000) {
    put<uint32_t>(32, 4096);
    put<uint32_t>(36, size);
    Errno e = call("fd_read", {fd, 32, 1, 16});
    if (e == Errno::success) *out = string(4096, get<uint32_t>(16));
    return e;
  }
  // The whole directory, through a buffer of `size` bytes.
  std::vector<std::string> list(uint32_t fd, uint32_t size = 300) {
    std::vector<std::string> names;
    uint64_t cookie = 0;
    for (;;) {
      EXPECT_EQ(call("fd_readdir", {fd, 8192, size, cookie, 16}), Errno::success);
      uint32_t used = get<uint32_t>(16), p = 8192;
      while (p + dirent_size <= 8192 + used) {
        uint32_t n = get<uint32_t>(p + 16);
        if (p + dirent_size + n > 8192 + used) break;
        cookie = get<uint64_t>(p);
        names.push_back(string(p + dirent_size, n));
        p += dirent_size + n;
      }
      if (used < size) return names;
    }
  }
  bool has(uint32_t dir, std::string_view path) {
    return call("path_filestat_get", {dir, 0, text(path), path.size(), 512}) == Errno::success;
  }

  bool exited = false, stopped = false;
  uint32_t exit_code = 0;
  const char* failure = nullptr;
  std::string line;
  bool (*should_stop)(void*) = nullptr;
  void* stop_env = nullptr;

 private:
  std::shared_ptr<Context> context_;
  const Layout& layout_;
  std::vector<uint8_t> memory_;
  uint32_t next_ = 32768;
};

}  // namespace nacre::wasi
