// SPDX-License-Identifier: Apache-2.0
//
// Two directories as one. A path is first made canonical by this file's own walk (links followed,
// ".." resolved, never above the handle); then it is looked up in `upper` and, unless hidden, in
// `lower`. Removing something of `lower` hides its path for good; what is created there later is
// `upper`'s alone. Changing a file of `lower` copies it up first. Renaming a directory that
// `lower` has a part in is xdev, for which programs copy instead.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <nacre/wasi.hpp>
#include "wasi/path_resolver.hpp"

namespace nacre::wasi {
namespace {

constexpr int max_links = 40;
constexpr size_t copy_buffer = 65536;

struct Layers : Counted {
  Ref<Handle> lower, upper;
  std::set<std::string> hidden;  // canonical paths of lower that are gone, with all below
};

using Names = std::vector<std::string>;

std::string joined(const Names& names, size_t n) {
  std::string s;
  for (size_t i = 0; i < n; ++i) (s += names[i]) += '/';
  return s;
}

Path to_path(const Names& names, size_t n) {
  Path p;
  p.components.reserve(n);
  for (size_t i = 0; i < n; ++i) p.components.push_back(names[i]);
  return p;
}
Path to_path(const Names& names) { return to_path(names, names.size()); }

// What is at a canonical path.
struct Found {
  Names names;
  FileStat stat;
  bool in_upper = false, in_lower = false;  // both: directories merge
  bool exists() const { return in_upper || in_lower; }
  bool is_directory() const { return stat.type == FileType::directory; }
};

constexpr char overlay_kind = 0;

class Overlay final : public Handle {
 public:
  Overlay(Ref<Layers> layers, Names base, uint16_t flags)
      : layers_(std::move(layers)), base_(std::move(base)), flags_(flags) {}
  const void* kind() const override { return &overlay_kind; }
  FileType type() const override { return FileType::directory; }
  uint16_t flags() const override { return flags_; }
  Errno set_flags(uint16_t flags) override {
    flags_ = flags;
    return Errno::success;
  }
  Errno stat(FileStat* out) override { return stat_at(Path{}, false, out); }
  Errno set_times(SetTime atim, SetTime mtim) override {
    return set_times_at(Path{}, false, atim, mtim);
  }

  Errno open(const Path& path, const OpenOptions& o, Ref<Handle>* out) override {
    Found f;
    if (Errno e = walk(path, o.follow && !(o.create && o.exclusive), &f); e != Errno::success)
      return e;
    if (!f.exists()) {
      if (!o.create) return Errno::noent;
      if (path.must_be_directory) return Errno::isdir;
      if (Errno e = make_parents(f.names); e != Errno::success) return e;
      return layers_->upper->open(to_path(f.names), plain(o), out);
    }
    if (o.create && o.exclusive) return Errno::exist;
    if (f.stat.type == FileType::symbolic_link) return o.directory ? Errno::notdir : Errno::loop;
    if (f.is_directory()) {
      if (o.write || o.truncate || o.create) return Errno::isdir;
      *out = make_ref<Overlay>(layers_, f.names, o.flags);
      return Errno::success;
    }
    if (o.directory || path.must_be_directory) return Errno::notdir;
    if (!f.in_upper && !o.write && !o.truncate) {
      OpenOptions reading = plain(o);
      reading.create = false;
      Ref<Handle> file;
      Errno e = layers_->lower->open(to_path(f.names), reading, &file);
      if (e == Errno::success) *out = read_only_directory(file);
      return e;
    }
    if (Errno e = copy_up(f); e != Errno::success) return e;
    return layers_->upper->open(to_path(f.names), plain(o), out);
  }
  Errno stat_at(const Path& path, bool follow, FileStat* out) override {
    Found f;
    if (Errno e = existing(path, follow, &f); e != Errno::success) return e;
    *out = f.stat;
    return Errno::success;
  }
  Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim) override {
    Found f;
    if (Errno e = existing(path, follow, &f); e != Errno::success) return e;
    if (Errno e = copy_up(f); e != Errno::success) return e;
    return layers_->upper->set_times_at(to_path(f.names), false, atim, mtim);
  }
  Errno create_directory(const Path& path) override {
    Found f;
    if (Errno e = vacant(path, &f); e != Errno::success) return e;
    return layers_->upper->create_directory(to_path(f.names));
  }
  Errno symlink(StringView target, const Path& path) override {
    Found f;
    if (Errno e = vacant(path, &f); e != Errno::success) return e;
    if (path.must_be_directory) return Errno::noent;
    return layers_->upper->symlink(target, to_path(f.names));
  }
  Errno readlink(const Path& path, String* out) override {
    Found f;
    if (Errno e = existing(path, false, &f); e != Errno::success) return e;
    return layer(f).readlink(to_path(f.names), out);
  }
  Errno unlink(const Path& path) override {
    Found f;
    if (Errno e = at_name(path, &f); e != Errno::success) return e;
    if (!f.exists()) return Errno::noent;
    if (f.is_directory()) return Errno::isdir;
    if (path.must_be_directory) return Errno::notdir;
    if (f.in_upper)
      if (Errno e = layers_->upper->unlink(to_path(f.names)); e != Errno::success) return e;
    hide(f.names);
    return Errno::success;
  }
  Errno remove_directory(const Path& path) override {
    Found f;
    if (Errno e = at_name(path, &f); e != Errno::success) return e;
    if (path.ends_in_dot || path.components.empty())
      return !path.components.empty() && path.components.back() == ".." ? Errno::notempty
                                                                        : Errno::inval;
    if (!f.exists()) return Errno::noent;
    if (!f.is_directory()) return Errno::notdir;
    std::vector<Listed> entries;
    if (Errno e = merge(f.names, &entries); e != Errno::success) return e;
    if (!entries.empty()) return Errno::notempty;
    if (f.in_upper)
      if (Errno e = layers_->upper->remove_directory(to_path(f.names)); e != Errno::success)
        return e;
    hide(f.names);
    return Errno::success;
  }
  Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to) override {
    Found f, t;
    if (!same_layers(to_dir)) return Errno::xdev;
    if (Errno e = existing(from, follow, &f); e != Errno::success) return e;
    if (f.is_directory()) return Errno::perm;
    if (Errno e = static_cast<Overlay&>(to_dir).vacant(to, &t); e != Errno::success) return e;
    if (to.must_be_directory) return Errno::noent;
    if (Errno e = copy_up(f); e != Errno::success) return e;
    return layers_->upper->link(to_path(f.names), false, *layers_->upper, to_path(t.names));
  }
  Errno rename(const Path& from, Handle& to_dir, const Path& to) override {
    Found f, t;
    if (!same_layers(to_dir)) return Errno::xdev;
    if (from.ends_in_dot || to.ends_in_dot) return Errno::busy;
    if (Errno e = at_name(from, &f); e != Errno::success) return e;
    if (Errno e = static_cast<Overlay&>(to_dir).at_name(to, &t); e != Errno::success) return e;
    if (!f.exists()) return Errno::noent;
    if ((from.must_be_directory || to.must_be_directory) && !f.is_directory()) return Errno::notdir;
    if (f.is_directory() && (f.in_lower || t.in_lower)) return Errno::xdev;
    if (t.exists() && t.is_directory() && !f.is_directory()) return Errno::isdir;
    if (t.exists() && !t.is_directory() && f.is_directory()) return Errno::notdir;
    if (Errno e = copy_up(f); e != Errno::success) return e;
    if (Errno e = make_parents(t.names); e != Errno::success) return e;
    if (Errno e = layers_->upper->rename(to_path(f.names), *layers_->upper, to_path(t.names));
        e != Errno::success)
      return e;
    if (f.names == t.names) return Errno::success;
    hide(f.names);
    hide(t.names);
    return Errno::success;
  }
  Errno read_directory(uint64_t cookie, DirSink& sink) override {
    if (cookie == 0 || !listed_) {
      listing_.clear();
      if (Errno e = merge(base_, &listing_); e != Errno::success) return e;
      FileStat s;
      stat(&s);
      listing_.insert(listing_.begin(),
                      {{".", s.ino, FileType::directory}, {"..", s.ino, FileType::directory}});
      listed_ = true;
    }
    for (uint64_t i = cookie; i < listing_.size(); ++i)
      if (!sink.add({i + 1, listing_[i].ino, listing_[i].type, listing_[i].name})) break;
    return Errno::success;
  }

 private:
  struct Listed {
    std::string name;
    uint64_t ino;
    FileType type;
  };

  static OpenOptions plain(OpenOptions o) {
    o.follow = false;
    return o;
  }
  Handle& layer(const Found& f) const { return f.in_upper ? *layers_->upper : *layers_->lower; }
  bool same_layers(const Handle& h) const {
    return h.kind() == kind() && static_cast<const Overlay&>(h).layers_.get() == layers_.get();
  }
  void hide(const Names& names) { layers_->hidden.insert(joined(names, names.size())); }
  bool is_hidden(const Names& names) const {
    if (layers_->hidden.empty()) return false;
    for (size_t n = 1; n <= names.size(); ++n)
      if (layers_->hidden.count(joined(names, n)) != 0) return true;
    return false;
  }

  Errno look(Found* f) const {
    FileStat below;
    Path p = to_path(f->names);
    Errno up = layers_->upper->stat_at(p, false, &f->stat);
    f->in_upper = up == Errno::success;
    if (!f->in_upper && up != Errno::noent && up != Errno::notdir) return up;
    if (f->in_upper && !f->is_directory()) return Errno::success;
    if (is_hidden(f->names)) return Errno::success;
    f->in_lower = layers_->lower->stat_at(p, false, &below) == Errno::success &&
                  (!f->in_upper || below.type == FileType::directory);
    if (!f->in_upper) f->stat = below;
    return Errno::success;
  }

  Errno walk(const Path& path, bool follow, Found* out) const {
    std::vector<std::string> todo;
    const auto put = [&todo](const Path& p) {
      for (size_t i = p.components.size(); i-- > 0;) todo.emplace_back(p.components[i]);
    };
    put(path);
    bool must_be_directory = path.must_be_directory;
    int links = 0;
    Found f;
    f.names = base_;
    for (;;) {
      f.in_upper = f.in_lower = false;
      if (Errno e = look(&f); e != Errno::success) return e;
      if (f.exists() && f.stat.type == FileType::symbolic_link &&
          (!todo.empty() || follow || must_be_directory)) {
        if (++links > max_links) return Errno::loop;
        String target;
        Path parts;
        if (Errno e = layer(f).readlink(to_path(f.names), &target); e != Errno::success) return e;
        if (Errno e = resolve_path(target, NameRules::unix_names, &parts); e != Errno::success)
          return e;
        if (todo.empty()) must_be_directory |= parts.must_be_directory;
        put(parts);
        f.names.pop_back();
        continue;
      }
      if (todo.empty()) break;
      if (!f.exists()) return Errno::noent;
      if (!f.is_directory()) return Errno::notdir;
      if (todo.back() != "..") f.names.push_back(std::move(todo.back()));
      else if (f.names.size() == base_.size()) return Errno::notcapable;
      else f.names.pop_back();
      todo.pop_back();
    }
    *out = std::move(f);
    return Errno::success;
  }
  Errno existing(const Path& path, bool follow, Found* f) const {
    if (Errno e = walk(path, follow, f); e != Errno::success) return e;
    if (!f->exists()) return Errno::noent;
    return path.must_be_directory && !f->is_directory() ? Errno::notdir : Errno::success;
  }
  Errno at_name(const Path& path, Found* f) const {
    Path p = path;
    p.must_be_directory = false;
    return walk(p, false, f);
  }
  // A path where something new can go: nothing there, parents made in upper.
  Errno vacant(const Path& path, Found* f) {
    if (Errno e = at_name(path, f); e != Errno::success) return e;
    return f->exists() ? Errno::exist : make_parents(f->names);
  }
  Errno make_parents(const Names& names) {
    for (size_t n = 1; n < names.size(); ++n) {
      Errno e = layers_->upper->create_directory(to_path(names, n));
      if (e != Errno::success && e != Errno::exist) return e;
    }
    return Errno::success;
  }

  Errno copy_up(Found& f) {
    if (f.in_upper || f.names.empty()) return Errno::success;
    if (Errno e = make_parents(f.names); e != Errno::success) return e;
    Path p = to_path(f.names);
    Errno e = Errno::success;
    String target;
    if (f.is_directory()) e = layers_->upper->create_directory(p);
    else if (f.stat.type != FileType::symbolic_link) e = copy_contents(p);
    else if (e = layers_->lower->readlink(p, &target); e == Errno::success)
      e = layers_->upper->symlink(target, p);
    if (e != Errno::success) return e;
    f.in_upper = true;
    layers_->upper->set_times_at(p, false, {SetTime::value, f.stat.atim},
                                 {SetTime::value, f.stat.mtim});
    return Errno::success;
  }
  Errno copy_contents(const Path& p) {
    OpenOptions reading, writing;
    reading.read = writing.write = writing.create = writing.truncate = true;
    Ref<Handle> from, to;
    if (Errno e = layers_->lower->open(p, reading, &from); e != Errno::success) return e;
    if (Errno e = layers_->upper->open(p, writing, &to); e != Errno::success) return e;
    std::vector<uint8_t> buffer(copy_buffer);
    for (;;) {
      IoSlice in{buffer.data(), buffer.size()};
      uint64_t n = 0;
      Errno e = from->read({&in, 1}, &n);
      if (e == Errno::success && n == 0) return e;
      for (uint64_t done = 0, k = 0; e == Errno::success && done < n; done += k) {
        ConstIoSlice out{buffer.data() + done, static_cast<size_t>(n - done)};
        e = to->write({&out, 1}, &k);
        if (e == Errno::success && k == 0) e = Errno::nospc;
      }
      if (e == Errno::success) continue;
      layers_->upper->unlink(p);
      return e;
    }
  }

  // The entries of both layers, without "." and "..".
  Errno merge(const Names& names, std::vector<Listed>* out) const {
    struct Sink final : DirSink {
      std::vector<Listed>* out;
      const std::set<std::string>* hidden;
      std::string prefix;
      std::set<std::string, std::less<>> seen;
      bool add(const DirEntry& e) override {
        if (e.name == "." || e.name == ".." || seen.count(e.name) != 0) return true;
        std::string name(e.name);
        if (hidden != nullptr && hidden->count(prefix + name + "/") != 0) return true;
        out->push_back({name, e.ino, e.type});
        seen.insert(std::move(name));
        return true;
      }
    } sink;
    sink.out = out;
    sink.prefix = joined(names, names.size());
    OpenOptions o;
    o.directory = o.read = true;
    Ref<Handle> dir;
    sink.hidden = nullptr;
    if (layers_->upper->open(to_path(names), o, &dir) == Errno::success)
      if (Errno e = dir->read_directory(0, sink); e != Errno::success) return e;
    if (is_hidden(names)) return Errno::success;
    sink.hidden = &layers_->hidden;
    if (layers_->lower->open(to_path(names), o, &dir) == Errno::success)
      return dir->read_directory(0, sink);
    return Errno::success;
  }

  Ref<Layers> layers_;
  Names base_;
  uint16_t flags_;
  std::vector<Listed> listing_;
  bool listed_ = false;
};

}  // namespace

Ref<Handle> overlay_directory(Ref<Handle> lower, Ref<Handle> upper) {
  auto layers = make_ref<Layers>();
  layers->lower = std::move(lower);
  layers->upper = std::move(upper);
  return make_ref<Overlay>(layers, Names{}, uint16_t{0});
}

}  // namespace nacre::wasi
