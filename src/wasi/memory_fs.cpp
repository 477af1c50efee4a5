// SPDX-License-Identifier: Apache-2.0
//
// A file system in memory. A tree of nodes below each handle's directory; ".." goes back the way
// the walk came, so it cannot leave. Entries of a directory carry a serial number in order of
// creation, which is also their cookie: listings stay stable while entries come and go. All
// names and contents count against one quota. Directories are torn down without recursion.
#include <map>
#include <string>
#include <vector>

#include <nacre/wasi.hpp>
#include "wasi/path_resolver.hpp"

namespace nacre::wasi {
namespace {

constexpr int max_links = 40;
constexpr uint64_t node_cost = 256;   // what a node or an entry counts as beside its bytes
constexpr uint64_t first_serial = 3;  // cookies 1 and 2 follow "." and ".."
constexpr uint64_t memory_device = 1;

struct Node;

struct Volume : Counted {
  explicit Volume(uint64_t max) : max_bytes(max) {}
  uint64_t max_bytes, used = 0, last_ino = 0;
  uint64_t time = 1'700'000'000'000'000'000;
  std::vector<Ref<Node>> doomed;
  bool draining = false;

  uint64_t tick() { return time += 1'000'000; }
  bool take(uint64_t n) {
    if (n > max_bytes - used) return false;
    used += n;
    return true;
  }
};

struct Entry {
  uint64_t serial;
  Ref<Node> node;
};

struct Node : Counted {
  Node(Ref<Volume> v, FileType t) : volume(std::move(v)), type(t), ino(++volume->last_ino) {
    atim = mtim = ctim = volume->tick();
  }
  ~Node() override;

  Ref<Volume> volume;
  FileType type;
  uint64_t ino, atim, mtim, ctim;
  uint64_t nlink = 1;
  std::string data;  // contents, or a link's target
  std::map<std::string, Entry, std::less<>> entries;
  std::map<uint64_t, std::string> order;  // serial -> name
  uint64_t next_serial = first_serial;
  Node* parent = nullptr;  // of a linked directory below the root

  bool is_directory() const { return type == FileType::directory; }
  FileStat stat() const { return {memory_device, ino, type, nlink, data.size(), atim, mtim, ctim}; }
  void touch() { mtim = ctim = volume->tick(); }

  Node* find(std::string_view name) const {
    auto it = entries.find(name);
    return it == entries.end() ? nullptr : it->second.node.get();
  }
  Errno add(std::string_view name, const Ref<Node>& node) {
    if (nlink == 0) return Errno::noent;
    if (!volume->take(node_cost + name.size())) return Errno::nospc;
    order[next_serial] = std::string(name);
    entries[std::string(name)] = {next_serial++, node};
    if (node->is_directory()) node->parent = this;
    touch();
    return Errno::success;
  }
  Ref<Node> take(std::string_view name) {
    auto it = entries.find(name);
    Ref<Node> node = it->second.node;
    order.erase(it->second.serial);
    entries.erase(it);
    volume->used -= node_cost + name.size();
    if (node->is_directory()) node->parent = nullptr;
    touch();
    return node;
  }
  Errno resize(uint64_t size) {
    if (size > data.size()) {
      if (!volume->take(size - data.size())) return Errno::nospc;
    } else {
      volume->used -= data.size() - size;
    }
    data.resize(static_cast<size_t>(size));
    return Errno::success;
  }
};

Node::~Node() {
  volume->used -= data.size();
  for (auto& [name, entry] : entries) {
    volume->used -= node_cost + name.size();
    volume->doomed.push_back(std::move(entry.node));
  }
  if (volume->draining) return;
  Ref<Volume> keep = volume;
  keep->draining = true;
  while (!keep->doomed.empty()) {
    Ref<Node> next = std::move(keep->doomed.back());
    keep->doomed.pop_back();
  }
  keep->draining = false;
}

void apply_time(SetTime t, Node& node, uint64_t* field) {
  if (t.kind == SetTime::keep) return;
  *field = t.kind == SetTime::now ? node.volume->tick() : t.ns;
  node.ctim = node.volume->tick();
}

// Where a path leads: the directory, the last name in it, and what is there, if anything.
struct Spot {
  Ref<Node> dir;
  std::string name;  // empty: the path is `node` itself, a directory
  Ref<Node> node;
  bool must_be_directory = false;
};

class Walk {
 public:
  Walk(const Ref<Node>& base, const Path& path, bool follow) : follow_(follow) {
    chain_.push_back(base);
    must_be_directory_ = path.must_be_directory;
    for (size_t i = path.components.size(); i-- > 0;) todo_.emplace_back(path.components[i]);
  }

  Errno run(Spot* out) {
    while (!todo_.empty()) {
      std::string name = std::move(todo_.back());
      todo_.pop_back();
      if (name == "..") {
        if (chain_.size() == 1) return Errno::notcapable;
        chain_.pop_back();
        continue;
      }
      Node* node = chain_.back()->find(name);
      bool last = todo_.empty();
      if (node == nullptr && !last) return Errno::noent;
      if (node != nullptr && node->type == FileType::symbolic_link &&
          (!last || follow_ || must_be_directory_)) {
        if (Errno e = expand(node->data); e != Errno::success) return e;
        continue;
      }
      if (last) {
        *out = {chain_.back(), std::move(name), Ref<Node>(node), must_be_directory_};
        return Errno::success;
      }
      if (!node->is_directory()) return Errno::notdir;
      chain_.emplace_back(node);
    }
    *out = {chain_.back(), {}, chain_.back(), must_be_directory_};
    return Errno::success;
  }

 private:
  Errno expand(const std::string& target) {
    if (++links_ > max_links) return Errno::loop;
    Path path;
    if (Errno e = resolve_path(target, NameRules::unix_names, &path); e != Errno::success) return e;
    if (todo_.empty() && path.must_be_directory) must_be_directory_ = true;
    for (size_t i = path.components.size(); i-- > 0;) todo_.emplace_back(path.components[i]);
    return Errno::success;
  }

  std::vector<Ref<Node>> chain_;
  std::vector<std::string> todo_;
  bool follow_, must_be_directory_ = false;
  int links_ = 0;
};

Errno check_directory(const Spot& s) {
  return s.must_be_directory && s.node && !s.node->is_directory() ? Errno::notdir : Errno::success;
}

class MemoryFile final : public Handle {
 public:
  MemoryFile(Ref<Node> node, uint16_t flags) : node_(std::move(node)), flags_(flags) {}
  FileType type() const override { return node_->type; }
  uint16_t flags() const override { return flags_; }
  Errno set_flags(uint16_t flags) override {
    flags_ = flags;
    return Errno::success;
  }
  Errno stat(FileStat* out) override {
    *out = node_->stat();
    return Errno::success;
  }
  Errno set_times(SetTime atim, SetTime mtim) override {
    apply_time(atim, *node_, &node_->atim);
    apply_time(mtim, *node_, &node_->mtim);
    return Errno::success;
  }
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    Errno e = pread(to, at_, out);
    if (e == Errno::success) at_ += *out;
    return e;
  }
  Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out) override {
    *out = 0;
    for (const IoSlice& s : to) {
      if (offset >= node_->data.size()) break;
      size_t n = std::min<uint64_t>(s.size, node_->data.size() - offset);
      if (n != 0) node_->data.copy(reinterpret_cast<char*>(s.data), n, static_cast<size_t>(offset));
      offset += n;
      *out += n;
    }
    return Errno::success;
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    if ((flags_ & fdflag_append) != 0) at_ = node_->data.size();
    Errno e = pwrite(from, at_, out);
    if (e == Errno::success) at_ += *out;
    return e;
  }
  Errno pwrite(Span<const ConstIoSlice> from, uint64_t offset, uint64_t* out) override {
    uint64_t total = 0;
    for (const ConstIoSlice& s : from) total += s.size;
    *out = total;
    if (total == 0) return Errno::success;
    if (offset > INT64_MAX - total) return Errno::fbig;
    if (offset + total > node_->data.size())
      if (Errno e = node_->resize(offset + total); e != Errno::success) return e;
    for (const ConstIoSlice& s : from) {
      if (s.size != 0)
        node_->data.replace(static_cast<size_t>(offset), s.size,
                            reinterpret_cast<const char*>(s.data), s.size);
      offset += s.size;
    }
    node_->touch();
    return Errno::success;
  }
  Errno seek(int64_t offset, int whence, uint64_t* out) override {
    uint64_t base = whence == 0 ? 0 : whence == 1 ? at_ : node_->data.size();
    if (offset < 0 ? base < uint64_t{0} - static_cast<uint64_t>(offset)
                   : static_cast<uint64_t>(offset) > INT64_MAX - base)
      return offset < 0 ? Errno::inval : Errno::overflow;
    *out = at_ = base + static_cast<uint64_t>(offset);
    return Errno::success;
  }
  Errno set_size(uint64_t size) override {
    if (size > INT64_MAX) return Errno::inval;
    Errno e = node_->resize(size);
    if (e == Errno::success) node_->touch();
    return e;
  }
  Errno allocate(uint64_t offset, uint64_t size) override {
    if (size == 0) return Errno::inval;
    if (offset > INT64_MAX || size > INT64_MAX - offset) return Errno::fbig;
    return offset + size > node_->data.size() ? set_size(offset + size) : Errno::success;
  }
  Readiness readiness() override {
    Readiness r;
    r.read_bytes = at_ < node_->data.size() ? node_->data.size() - at_ : 0;
    return r;
  }

 private:
  Ref<Node> node_;
  uint16_t flags_;
  uint64_t at_ = 0;
};

constexpr char memory_kind = 0;

class MemoryDirectory final : public Handle {
 public:
  explicit MemoryDirectory(Ref<Node> node, uint16_t flags = 0)
      : node_(std::move(node)), flags_(flags) {}
  const void* kind() const override { return &memory_kind; }
  FileType type() const override { return FileType::directory; }
  uint16_t flags() const override { return flags_; }
  Errno set_flags(uint16_t flags) override {
    flags_ = flags;
    return Errno::success;
  }
  Errno stat(FileStat* out) override {
    *out = node_->stat();
    return Errno::success;
  }
  Errno set_times(SetTime atim, SetTime mtim) override {
    return MemoryFile(node_, 0).set_times(atim, mtim);
  }

  Errno open(const Path& path, const OpenOptions& o, Ref<Handle>* out) override {
    Spot s;
    if (Errno e = Walk(node_, path, o.follow && !(o.create && o.exclusive)).run(&s);
        e != Errno::success)
      return e;
    if (!s.node) {
      if (!o.create) return Errno::noent;
      if (s.must_be_directory) return Errno::isdir;
      Ref<Node> node = make_ref<Node>(node_->volume, FileType::regular_file);
      if (Errno e = s.dir->add(s.name, node); e != Errno::success) return e;
      s.node = node;
    } else if (o.create && o.exclusive) {
      return Errno::exist;
    }
    if (s.node->type == FileType::symbolic_link) return o.directory ? Errno::notdir : Errno::loop;
    if (s.node->is_directory()) {
      if (o.write || o.truncate || o.create) return Errno::isdir;
      *out = make_ref<MemoryDirectory>(s.node, o.flags);
      return Errno::success;
    }
    if (o.directory || s.must_be_directory) return Errno::notdir;
    if (o.truncate && !s.node->data.empty()) {
      s.node->resize(0);
      s.node->touch();
    }
    *out = make_ref<MemoryFile>(s.node, o.flags);
    return Errno::success;
  }

  Errno stat_at(const Path& path, bool follow, FileStat* out) override {
    Spot s;
    Errno e = existing(path, follow, &s);
    if (e == Errno::success) *out = s.node->stat();
    return e;
  }
  Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim) override {
    Spot s;
    Errno e = existing(path, follow, &s);
    return e == Errno::success ? MemoryFile(s.node, 0).set_times(atim, mtim) : e;
  }
  Errno create_directory(const Path& path) override {
    return create(path, FileType::directory, {}, true);
  }
  Errno symlink(StringView target, const Path& path) override {
    return create(path, FileType::symbolic_link, target, false);
  }
  Errno readlink(const Path& path, String* out) override {
    Spot s;
    if (Errno e = existing(path, false, &s); e != Errno::success) return e;
    if (s.node->type != FileType::symbolic_link) return Errno::inval;
    *out = s.node->data;
    return Errno::success;
  }
  Errno remove_directory(const Path& path) override {
    Spot s;
    if (Errno e = at_name(path, &s); e != Errno::success) return e;
    if (s.name.empty() || path.ends_in_dot)
      return !path.components.empty() && path.components.back() == ".." ? Errno::notempty
                                                                        : Errno::inval;
    if (!s.node) return Errno::noent;
    if (!s.node->is_directory()) return Errno::notdir;
    if (!s.node->entries.empty()) return Errno::notempty;
    s.dir->take(s.name);
    s.node->nlink = 0;
    return Errno::success;
  }
  Errno unlink(const Path& path) override {
    Spot s;
    if (Errno e = at_name(path, &s); e != Errno::success) return e;
    if (s.name.empty()) return Errno::isdir;
    if (!s.node) return Errno::noent;
    if (s.node->is_directory()) return Errno::isdir;
    if (path.must_be_directory) return Errno::notdir;
    s.dir->take(s.name);
    drop_link(*s.node);
    return Errno::success;
  }
  Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to) override {
    Spot s, t;
    if (!same_volume(to_dir)) return Errno::xdev;
    if (Errno e = existing(from, follow, &s); e != Errno::success) return e;
    if (Errno e = static_cast<MemoryDirectory&>(to_dir).at_name(to, &t); e != Errno::success)
      return e;
    if (s.node->is_directory()) return Errno::perm;
    if (t.node) return Errno::exist;
    if (to.must_be_directory) return Errno::noent;
    if (Errno e = t.dir->add(t.name, s.node); e != Errno::success) return e;
    ++s.node->nlink;
    s.node->ctim = node_->volume->tick();
    return Errno::success;
  }
  Errno rename(const Path& from, Handle& to_dir, const Path& to) override {
    Spot s, t;
    if (!same_volume(to_dir)) return Errno::xdev;
    if (Errno e = at_name(from, &s); e != Errno::success) return e;
    if (Errno e = static_cast<MemoryDirectory&>(to_dir).at_name(to, &t); e != Errno::success)
      return e;
    if (!s.node) return Errno::noent;
    if (s.name.empty() || t.name.empty()) return Errno::busy;
    if ((from.must_be_directory || to.must_be_directory) && !s.node->is_directory())
      return Errno::notdir;
    if (s.node.get() == t.node.get()) return Errno::success;
    if (s.node->is_directory())
      for (Node* n = t.dir.get(); n != nullptr; n = n->parent)
        if (n == s.node.get()) return Errno::inval;
    if (t.dir->nlink == 0) return Errno::noent;
    if (t.node) {
      if (t.node->is_directory() && !s.node->is_directory()) return Errno::isdir;
      if (!t.node->is_directory() && s.node->is_directory()) return Errno::notdir;
      if (!t.node->entries.empty()) return Errno::notempty;
    } else if (t.name.size() > s.name.size() &&
               t.name.size() - s.name.size() > node_->volume->max_bytes - node_->volume->used) {
      return Errno::nospc;
    }
    if (t.node) {
      t.dir->take(t.name);
      if (t.node->is_directory()) t.node->nlink = 0;
      else drop_link(*t.node);
    }
    Ref<Node> node = s.dir->take(s.name);
    return t.dir->add(t.name, node);
  }
  Errno read_directory(uint64_t cookie, DirSink& sink) override {
    if (cookie < 1 && !sink.add({1, node_->ino, FileType::directory, "."})) return Errno::success;
    if (cookie < 2 && !sink.add({2, node_->ino, FileType::directory, ".."})) return Errno::success;
    for (auto it = node_->order.upper_bound(cookie); it != node_->order.end(); ++it) {
      Node* n = node_->find(it->second);
      if (!sink.add({it->first, n->ino, n->type, it->second})) break;
    }
    return Errno::success;
  }

 private:
  Errno existing(const Path& path, bool follow, Spot* s) const {
    if (Errno e = Walk(node_, path, follow).run(s); e != Errno::success) return e;
    return s->node ? check_directory(*s) : Errno::noent;
  }
  // The last component as it stands, even with a slash behind it.
  Errno at_name(const Path& path, Spot* s) const {
    Path plain = path;
    plain.must_be_directory = false;
    return Walk(node_, plain, false).run(s);
  }
  Errno create(const Path& path, FileType type, std::string_view data, bool slash_is_fine) {
    Spot s;
    if (Errno e = at_name(path, &s); e != Errno::success) return e;
    if (s.node) return Errno::exist;
    if (path.must_be_directory && !slash_is_fine) return Errno::noent;
    Ref<Node> node = make_ref<Node>(node_->volume, type);
    if (Errno e = node->resize(data.size()); e != Errno::success) return e;
    node->data = data;
    return s.dir->add(s.name, node);
  }
  bool same_volume(const Handle& h) const {
    return h.kind() == kind() &&
           static_cast<const MemoryDirectory&>(h).node_->volume.get() == node_->volume.get();
  }
  static void drop_link(Node& n) {
    --n.nlink;
    n.ctim = n.volume->tick();
  }

  Ref<Node> node_;
  uint16_t flags_;
};

}  // namespace

Ref<Handle> memory_directory(uint64_t max_bytes) {
  auto volume = make_ref<Volume>(max_bytes);
  return make_ref<MemoryDirectory>(make_ref<Node>(volume, FileType::directory));
}

Errno add_file(Handle& directory, StringView path, StringView contents) {
  Path p;
  if (Errno e = resolve_path(path, NameRules::unix_names, &p); e != Errno::success) return e;
  Path parent;
  for (size_t i = 0; i + 1 < p.components.size(); ++i) {
    parent.components.push_back(p.components[i]);
    Errno e = directory.create_directory(parent);
    if (e != Errno::success && e != Errno::exist) return e;
  }
  OpenOptions options;
  options.create = options.truncate = options.write = true;
  Ref<Handle> file;
  if (Errno e = directory.open(p, options, &file); e != Errno::success) return e;
  while (!contents.empty()) {
    ConstIoSlice slice{reinterpret_cast<const uint8_t*>(contents.data()), contents.size()};
    uint64_t n = 0;
    if (Errno e = file->write({&slice, 1}, &n); e != Errno::success) return e;
    if (n == 0) return Errno::nospc;
    contents = contents.substr(static_cast<size_t>(n));
  }
  return Errno::success;
}

Errno read_file(Handle& directory, StringView path, String* contents, uint64_t max_bytes) {
  Path p;
  if (Errno e = resolve_path(path, NameRules::unix_names, &p); e != Errno::success) return e;
  OpenOptions options;
  options.read = options.follow = true;
  Ref<Handle> file;
  if (Errno e = directory.open(p, options, &file); e != Errno::success) return e;
  String text;
  for (;;) {
    uint8_t piece[4096];
    IoSlice slice{piece, sizeof piece};
    uint64_t n = 0;
    if (Errno e = file->read({&slice, 1}, &n); e != Errno::success) return e;
    if (n == 0) break;
    if (n > max_bytes - text.size()) return Errno::fbig;
    text.append({reinterpret_cast<const char*>(piece), static_cast<size_t>(n)});
  }
  *contents = std::move(text);
  return Errno::success;
}

}  // namespace nacre::wasi
