// SPDX-License-Identifier: Apache-2.0
#include "wasi/context.hpp"

#include <cstring>
#include <map>

#include "os/sockets.hpp"
#include "wasi/host_fs.hpp"
#include "wasi/locked.hpp"

namespace nacre::wasi {
namespace {

Error bad(const std::string& message) { return make_error(ErrorKind::invalid_argument, message); }

// "HOST:PORT", "[::1]:80" or ":80".
bool split_address(const std::string& text, std::string* host, uint16_t* port) {
  size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) return false;
  uint32_t number = 0;
  for (size_t i = colon + 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    number = number * 10 + static_cast<uint32_t>(text[i] - '0');
    if (number > 65535) return false;
  }
  *host = text.substr(0, colon);
  if (host->size() >= 2 && host->front() == '[' && host->back() == ']')
    *host = host->substr(1, host->size() - 2);
  *port = static_cast<uint16_t>(number);
  return true;
}

bool is_seekable_device(Handle& h) {
  uint64_t at;
  return h.type() == FileType::character_device && h.seek(0, 1, &at) == Errno::success;
}

}  // namespace

Rights rights_for(const Handle& handle) {
  switch (handle.type()) {
    case FileType::directory:
      return rights::directory;
    case FileType::regular_file:
    case FileType::block_device:
      return rights::file;
    case FileType::socket_stream:
    case FileType::socket_dgram:
      return rights::socket;
    default:
      return rights::stream;
  }
}

Result<std::shared_ptr<Context>> Context::make(WasiConfig config) {
  if (!config.clock) config.clock = stepping_clock();
  if (!config.random) config.random = seeded_random();
  for (const List<String>* list : {&config.args, &config.env})
    for (const String& s : *list)
      if (s.find('\0') != String::npos) return bad("WASI arguments and variables cannot hold NUL");
  std::shared_ptr<Context> context(new Context(std::move(config)));
  if (auto r = context->open_streams(); !r) return r.error();
  if (auto r = context->open_preopens(); !r) return r.error();
  if (auto r = context->open_listeners(); !r) return r.error();
  if (context->config_.threads) context->lock_handles();
  return context;
}

// Directories may be parts of one tree and share a lock; a stream that blocks holds only its own.
void Context::lock_handles() {
  auto directories = std::make_shared<std::mutex>();
  std::map<Handle*, Ref<Handle>> done;
  for (Descriptor& d : table_) {
    Ref<Handle>& locked = done[d.handle.get()];
    bool is_directory = d.handle->type() == FileType::directory;
    if (!locked)
      locked = locked_handle(d.handle, is_directory ? directories : std::make_shared<std::mutex>());
    d.handle = locked;
  }
}

Result<void> Context::open_streams() {
  const Stream* streams[] = {&config_.in, &config_.out, &config_.err};
  for (int i = 0; i < 3; ++i) {
    Ref<Handle> h = streams[i]->handle(i);
    if (i != 0 && config_.neutral_terminal && streams[i]->is_inherited() &&
        os::is_terminal(os::standard_file(i)))
      h = neutral_output(h);
    Rights base = rights_for(*h) & ~(i == 0 ? rights::fd_write : rights::fd_read);
    if (is_seekable_device(*h)) base |= rights::fd_seek | rights::fd_tell;
    uint32_t fd;
    if (insert({h, base, 0, nullptr}, &fd) != Errno::success)
      return bad("too few WASI descriptors allowed");
  }
  return {};
}

Result<void> Context::open_preopens() {
  for (Preopen& p : config_.preopens) {
    Ref<Handle> dir = p.directory;
    if (!dir) {
      auto opened = host_directory(p.host);
      if (!opened) return opened.error();
      dir = std::move(opened).value();
    }
    if (dir->type() != FileType::directory)
      return bad("a WASI preopen is not a directory: " + p.guest);
    if (p.access == Access::read_only) dir = read_only_directory(dir);
    uint32_t fd;
    Descriptor d{dir, rights::directory, rights::directory | rights::file,
                 std::make_shared<std::string>(p.guest)};
    if (insert(std::move(d), &fd) != Errno::success) return bad("too many WASI preopens");
  }
  return {};
}

Result<void> Context::open_listeners() {
  std::vector<Ref<Handle>> handles;
  for (const String& address : config_.listeners) {
    std::string host;
    uint16_t port;
    if (!split_address(address, &host, &port))
      return bad("not an address to listen on: " + address);
    os::FileHandle socket;
    if (int e = os::listen_tcp(host, port, &socket))
      return make_error(ErrorKind::io, "cannot listen on " + address + ": " + std::strerror(e));
    handles.push_back(socket_handle(std::move(socket)));
  }
  handles.insert(handles.end(), config_.handles.begin(), config_.handles.end());
  for (const Ref<Handle>& h : handles) {
    uint32_t fd;
    if (insert({h, rights_for(*h), rights::socket, nullptr}, &fd) != Errno::success)
      return bad("too few WASI descriptors allowed");
  }
  return {};
}

Errno Context::find(uint32_t fd, Rights needed, Descriptor* out) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open(fd)) return Errno::badf;
  if ((table_[fd].base & needed) != needed) return Errno::notcapable;
  *out = table_[fd];
  return Errno::success;
}

Errno Context::insert(Descriptor d, uint32_t* fd) {
  std::lock_guard<std::mutex> lock(mutex_);
  while (first_free_ < table_.size() && table_[first_free_].handle) ++first_free_;
  if (first_free_ >= config_.max_descriptors) return Errno::mfile;
  if (first_free_ == table_.size()) table_.emplace_back();
  table_[first_free_] = std::move(d);
  *fd = first_free_++;
  return Errno::success;
}

bool Context::has_room() {
  std::lock_guard<std::mutex> lock(mutex_);
  while (first_free_ < table_.size() && table_[first_free_].handle) ++first_free_;
  return first_free_ < config_.max_descriptors;
}

Errno Context::close(uint32_t fd) {
  Descriptor closed;  // let go outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open(fd)) return Errno::badf;
  std::swap(closed, table_[fd]);
  first_free_ = std::min(first_free_, fd);
  return Errno::success;
}

Errno Context::renumber(uint32_t from, uint32_t to) {
  Descriptor closed;
  std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open(from) || !is_open(to)) return Errno::badf;
  if (from == to) return Errno::success;
  std::swap(closed, table_[to]);
  std::swap(table_[to], table_[from]);
  first_free_ = std::min(first_free_, from);
  return Errno::success;
}

Errno Context::set_rights(uint32_t fd, Rights base, Rights inheriting) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!is_open(fd)) return Errno::badf;
  Descriptor& d = table_[fd];
  if ((base & ~d.base) != 0 || (inheriting & ~d.inheriting) != 0) return Errno::notcapable;
  d.base = base;
  d.inheriting = inheriting;
  return Errno::success;
}

WasiConfig WasiConfig::inherit() {
  WasiConfig c;
  c.in = c.out = c.err = Stream::inherit();
  c.clock = system_clock();
  c.random = system_random();
  return c;
}

}  // namespace nacre::wasi
