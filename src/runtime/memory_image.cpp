// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory_image.hpp"

#include <algorithm>
#include <cstring>

#include "base/reader.hpp"
#include "os/pages.hpp"
#include "wasm/op.hpp"

namespace nacre::runtime {
namespace {

// A process has a limited number of mappings (65,530 on Linux), of open files and of terabytes of
// address space; none of these limits may be reached by images, which are only a shortcut.
constexpr uint32_t max_live = 4096;       // memories with this image at a time
constexpr uint32_t max_files = 128;       // modules with image files, in the process
constexpr uint32_t max_waiting = 16;      // reservations of one image
constexpr uint32_t max_waiting_all = 64;  // reservations in the process
constexpr size_t max_runs = 16;
constexpr uint64_t joined_gap = 16;  // pages of zeros between runs that are mapped as well

std::atomic<uint32_t> files_open{0};
std::atomic<uint32_t> reservations_waiting{0};

// Takes one of at most `most`.
bool take_one(std::atomic<uint32_t>& count, uint32_t most) {
  if (count.fetch_add(1, std::memory_order_relaxed) < most) return true;
  count.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

}  // namespace

class ImageFile {
 public:
  // Null when the host or the limit refuses.
  static std::shared_ptr<ImageFile> create(uint64_t bytes) {
    if (!take_one(files_open, max_files)) return nullptr;
    const int file = os::new_memory_file(bytes);
    if (file >= 0) return std::shared_ptr<ImageFile>(new ImageFile(file));
    files_open.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  ~ImageFile() {
    os::close_memory_file(file_);
    files_open.fetch_sub(1, std::memory_order_relaxed);
  }
  ImageFile(const ImageFile&) = delete;
  ImageFile& operator=(const ImageFile&) = delete;
  int handle() const { return file_; }

 private:
  explicit ImageFile(int file) : file_(file) {}
  const int file_;
};

// --- one memory's image

MemoryImage::MemoryImage(std::shared_ptr<const ImageFile> file, std::vector<Run> runs)
    : file_(std::move(file)), runs_(std::move(runs)) {}

MemoryImage::~MemoryImage() {
  for (const Reservation& r : waiting_)
    os::release_pages(r.base, static_cast<size_t>(std::max(r.reserved, r.committed)));
  reservations_waiting.fetch_sub(static_cast<uint32_t>(waiting_.size()), std::memory_order_relaxed);
}

void MemoryImage::unmapped() {
  if (has_data()) live_.fetch_sub(1, std::memory_order_relaxed);
}

bool MemoryImage::map(uint8_t* base) {
  if (has_data() && !take_one(live_, max_live)) return false;
  for (size_t i = 0; i < runs_.size(); ++i) {
    const Run& r = runs_[i];
    if (os::map_file_copy(base + r.at, static_cast<size_t>(r.bytes), file_->handle(),
                          r.file_offset))
      continue;
    unmapped();
    erase(base, i);
    return false;
  }
  return true;
}

void MemoryImage::erase(uint8_t* base, size_t num_runs) {
  for (size_t i = 0; i < num_runs; ++i) {
    uint8_t* const at = base + runs_[i].at;
    const auto bytes = static_cast<size_t>(runs_[i].bytes);
    if (!os::map_zero(at, bytes)) std::memset(at, 0, bytes);
  }
}

bool MemoryImage::take(bool guarded, Reservation& out) {
  const std::lock_guard lock(mutex_);
  for (size_t i = waiting_.size(); i-- > 0;) {
    if (waiting_[i].guarded != guarded) continue;
    if (has_data() && !take_one(live_, max_live)) return false;
    out = waiting_[i];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    reservations_waiting.fetch_sub(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

bool MemoryImage::keep(Reservation r, uint64_t first_committed) {
  if (!take_one(reservations_waiting, max_waiting_all)) return false;
  const auto refuse = [] {
    reservations_waiting.fetch_sub(1, std::memory_order_relaxed);
    return false;
  };
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= max_waiting) return refuse();
  }
  // Wiped before anyone else can have it.
  if (!os::reset_pages(r.base, static_cast<size_t>(first_committed))) return refuse();
  if (r.committed > first_committed &&
      !os::replace_reserved(r.base + first_committed,
                            static_cast<size_t>(r.committed - first_committed)))
    return refuse();
  r.committed = first_committed;
  unmapped();
  const std::lock_guard lock(mutex_);
  waiting_.push_back(r);
  return true;
}

// --- the images of a module

namespace {

struct Piece {
  uint64_t at;
  Bytes bytes;
};

// The value of an offset that is one constant.
bool constant_offset(const wasm::ConstExpr& expr, uint64_t& out) {
  Reader r(expr.code);
  const wasm::Op op = wasm::op_from_byte(r.u8());
  if (op == wasm::Op::i32_const) out = static_cast<uint32_t>(r.leb_s32());
  else if (op == wasm::Op::i64_const) out = static_cast<uint64_t>(r.leb_s64());
  else return false;
  return r.ok() && r.remaining() == 1;  // the `end`
}

bool is_own(const wasm::Module& m, uint32_t memory) {
  return memory >= m.num_imported_memories && !m.memories[memory].limits.shared;
}

bool fits(const wasm::MemoryType& type, uint64_t at, uint64_t n) {
  constexpr uint64_t most = uint64_t{1} << 46;
  const uint64_t size = type.limits.min > (most >> type.page_size_log2)
                            ? most
                            : type.limits.min << type.page_size_log2;
  return n <= size && at <= size - n;
}

bool all_zero(Bytes b) {
  return b.empty() || (b[0] == 0 && std::memcmp(b.data(), b.data() + 1, b.size() - 1) == 0);
}

// Numbers of the host's pages with something in them, ascending.
std::vector<uint64_t> filled_pages(const std::vector<Piece>& pieces) {
  const uint64_t page = os::page_size();
  std::vector<uint64_t> out;
  for (const Piece& p : pieces) {
    for (uint64_t done = 0; done < p.bytes.size();) {
      const uint64_t at = p.at + done;
      const uint64_t n = std::min(page - at % page, p.bytes.size() - done);
      if (!all_zero(p.bytes.subspan(static_cast<size_t>(done), static_cast<size_t>(n))))
        out.push_back(at / page);
      done += n;
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<MemoryImage::Run> join_pages(const std::vector<uint64_t>& pages, uint64_t gap) {
  const uint64_t page = os::page_size();
  std::vector<MemoryImage::Run> out;
  for (const uint64_t p : pages) {
    const uint64_t at = p * page;
    if (!out.empty() && at - (out.back().at + out.back().bytes) <= gap * page)
      out.back().bytes = at + page - out.back().at;
    else out.push_back({at, page, 0});
  }
  return out;
}

uint64_t total(const std::vector<MemoryImage::Run>& runs) {
  uint64_t n = 0;
  for (const MemoryImage::Run& r : runs) n += r.bytes;
  return n;
}

// What to map for the pieces, `file_offset` still to be filled in; empty when copying is better:
// for little data, and for data so scattered that pages would be much more than it.
std::vector<MemoryImage::Run> plan_runs(const std::vector<Piece>& pieces) {
  uint64_t bytes = 0;
  for (const Piece& p : pieces) bytes += p.bytes.size();
  if (bytes < MemoryImage::min_bytes) return {};
  const std::vector<uint64_t> pages = filled_pages(pieces);
  const uint64_t filled = pages.size() * os::page_size();
  if (filled < MemoryImage::min_bytes || filled / 4 > bytes + os::page_size()) return {};
  uint64_t gap = joined_gap;
  std::vector<MemoryImage::Run> runs = join_pages(pages, gap);
  while (runs.size() > max_runs) runs = join_pages(pages, gap *= 4);
  if (total(runs) / 2 > filled) return {};
  return runs;
}

// Writes the pieces, later ones over earlier ones, where runs are.
bool write_pieces(const ImageFile& file, const std::vector<Piece>& pieces,
                  const std::vector<MemoryImage::Run>& runs) {
  for (const Piece& p : pieces) {
    for (const MemoryImage::Run& r : runs) {
      const uint64_t from = std::max(p.at, r.at);
      const uint64_t to = std::min(p.at + p.bytes.size(), r.at + r.bytes);
      if (from >= to) continue;
      const Bytes part =
          p.bytes.subspan(static_cast<size_t>(from - p.at), static_cast<size_t>(to - from));
      if (!os::write_memory_file(file.handle(), r.file_offset + (from - r.at), part.data(),
                                 part.size()))
        return false;
    }
  }
  return true;
}

}  // namespace

MemoryImages::MemoryImages(const wasm::Module& m) : images_(m.memories.size()) {
  std::vector<std::vector<Piece>> pieces(m.memories.size());
  size_t known = 0;  // segments before this one are constant, own, and fit
  for (; known < m.datas.size(); ++known) {
    const wasm::Data& d = m.datas[known];
    if (d.mode != wasm::SegmentMode::active) continue;
    uint64_t at = 0;
    if (!is_own(m, d.memory) || !constant_offset(d.offset, at) ||
        !fits(m.memories[d.memory], at, d.bytes.size()))
      break;
    pieces[d.memory].push_back({at, d.bytes});
  }

  std::vector<std::vector<MemoryImage::Run>> runs(m.memories.size());
  uint64_t file_bytes = 0;
  for (size_t k = 0; k < runs.size(); ++k) {
    runs[k] = plan_runs(pieces[k]);
    for (MemoryImage::Run& r : runs[k]) {
      r.file_offset = file_bytes;
      file_bytes += r.bytes;
    }
  }

  std::shared_ptr<ImageFile> file;
  if (file_bytes != 0) file = ImageFile::create(file_bytes);
  bool written = file != nullptr;
  for (size_t k = 0; written && k < runs.size(); ++k)
    written = write_pieces(*file, pieces[k], runs[k]);
  if (written) os::seal_memory_file(file->handle());
  for (uint32_t k = 0; k < runs.size(); ++k) {
    if (!is_own(m, k)) continue;
    if (!written) runs[k].clear();
    images_[k] = std::make_shared<MemoryImage>(runs[k].empty() ? nullptr : file, runs[k]);
  }
  covered_.assign(m.datas.size(), false);
  const auto is_active = [&](size_t i) { return m.datas[i].mode == wasm::SegmentMode::active; };
  for (size_t i = 0; i < known; ++i)
    covered_[i] = is_active(i) && images_[m.datas[i].memory]->has_data();
  leading_.assign(m.datas.size(), false);
  for (; num_leading_ < known && (covered_[num_leading_] || !is_active(num_leading_));
       ++num_leading_)
    leading_[num_leading_] = covered_[num_leading_];
}

}  // namespace nacre::runtime
