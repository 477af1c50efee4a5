// SPDX-License-Identifier: Apache-2.0
#include "baseline/profiler.hpp"

#include <cinttypes>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/writer.hpp"
#include "binary/names.hpp"
#include "os/clock.hpp"
#include "os/cpu.hpp"
#include "os/process.hpp"

namespace nacre::baseline {
namespace {

// What perf is told about one piece of code.
struct Piece {
  std::string name;
  const uint8_t* begin = nullptr;
  size_t size = 0;
  std::vector<codegen::Site> sites;  // offsets in the piece
};

// One of the two files. Not thread-safe.
class File {
 public:
  virtual ~File() {
    if (file_ != nullptr) std::fclose(file_);
  }
  virtual void add(const Piece& piece, const std::string& module) = 0;
  bool wants_sites = false;
  void flush() {
    if (file_ != nullptr) std::fflush(file_);
  }

 protected:
  std::FILE* file_ = nullptr;
};

class PerfMap final : public File {
 public:
  PerfMap() {
    const std::string path = "/tmp/perf-" + std::to_string(os::process_id()) + ".map";
    file_ = std::fopen(path.c_str(), "w");
  }
  void add(const Piece& p, const std::string&) override {
    if (file_ == nullptr) return;
    std::fprintf(file_, "%" PRIxPTR " %zx %s\n", reinterpret_cast<uintptr_t>(p.begin), p.size,
                 p.name.c_str());
  }
};

// The format is in the kernel's tools/perf/Documentation/jitdump-specification.txt: a header, then
// records, all in the machine's byte order (little-endian wherever there is a compiler).
class JitDump final : public File {
 public:
  JitDump() {
    wants_sites = true;
    const std::string path = "jit-" + std::to_string(os::process_id()) + ".dump";
    file_ = std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) return;
    constexpr uint32_t magic = 0x4A695444, version = 1, header_size = 40;
    Writer w;
    w.fixed<uint32_t>(magic);
    w.fixed<uint32_t>(version);
    w.fixed<uint32_t>(header_size);
    w.fixed<uint32_t>(os::cpu_arch() == os::CpuArch::arm64 ? 183 : 62);  // as in ELF
    w.fixed<uint32_t>(0);
    w.fixed<uint32_t>(static_cast<uint32_t>(os::process_id()));
    w.fixed<uint64_t>(now());
    w.fixed<uint64_t>(0);
    write(w);
    flush();  // a page that is empty cannot be mapped
    os::announce_file_to_profiler(path);
  }
  void add(const Piece& p, const std::string& module) override {
    if (file_ == nullptr) return;
    const auto begin = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(p.begin));
    if (!p.sites.empty()) write_lines(p, begin, module);
    constexpr uint32_t code_load = 0, head_size = 56;
    Writer w;
    w.fixed<uint32_t>(code_load);
    w.fixed<uint32_t>(static_cast<uint32_t>(head_size + p.name.size() + 1 + p.size));
    w.fixed<uint64_t>(now());
    const auto process = static_cast<uint32_t>(os::process_id());
    w.fixed<uint32_t>(process);
    w.fixed<uint32_t>(process);
    w.fixed<uint64_t>(begin);
    w.fixed<uint64_t>(begin);
    w.fixed<uint64_t>(p.size);
    w.fixed<uint64_t>(next_++);
    w.chars(p.name);
    w.u8(0);
    w.bytes({p.begin, p.size});
    write(w);
  }

 private:
  static uint64_t now() {
    uint64_t ns = 0;
    os::clock_now(os::Clock::monotonic, ns);
    return ns;
  }
  void write(const Writer& w) { std::fwrite(w.data().data(), 1, w.size(), file_); }
  // From a site to the next the code is taken for that of the first one's instruction.
  void write_lines(const Piece& p, uint64_t begin, const std::string& module) {
    constexpr uint32_t debug_info = 2;
    Writer w;
    w.fixed<uint32_t>(debug_info);
    const size_t size_at = w.size();
    w.fixed<uint32_t>(0);
    w.fixed<uint64_t>(now());
    w.fixed<uint64_t>(begin);
    w.fixed<uint64_t>(p.sites.size());
    for (const codegen::Site& s : p.sites) {
      w.fixed<uint64_t>(begin + s.offset);
      w.fixed<uint32_t>(s.wasm);
      w.fixed<uint32_t>(0);
      w.chars(module);
      w.u8(0);
    }
    std::vector<uint8_t> bytes = w.take();
    store_le<uint32_t>(bytes.data() + size_at, static_cast<uint32_t>(bytes.size()));
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
  }

  uint64_t next_ = 0;  // each piece of code has its number
};

// The one place with state of the whole process, since the files are the process's.
struct Process {
  std::mutex mutex;
  std::unique_ptr<File> map, dump;
};
Process& process() {
  static Process p;
  return p;
}

File& file_of(Process& p, Profile profile) {
  if (profile == Profile::jitdump) {
    if (p.dump == nullptr) p.dump = std::make_unique<JitDump>();
    return *p.dump;
  }
  if (p.map == nullptr) p.map = std::make_unique<PerfMap>();
  return *p.map;
}

// Names are a line, or end at a zero byte.
std::string clean(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = '?';
  return out;
}

}  // namespace

std::unique_ptr<Profiler> Profiler::create(Profile profile) {
  if (profile == Profile::none) return nullptr;
  return std::unique_ptr<Profiler>(new Profiler(profile));
}

void Profiler::add(const codegen::CodeImage& image, const wasm::Module& module) {
  const binary::NameSection section = binary::NameSection::of(module);
  const binary::NameMap names = section.names(binary::NameKind::function);
  const std::string name = clean(section.module_name());
  const std::string prefix = name.empty() ? "" : name + "!";
  Process& p = process();
  const std::lock_guard lock(p.mutex);
  File& file = file_of(p, profile_);
  const auto stubs = image.stubs().code();
  for (; stubs_told_ < stubs.size(); ++stubs_told_)
    file.add({"nacre stubs", stubs[stubs_told_].data(), stubs[stubs_told_].size(), {}}, name);
  const codegen::FunctionTable& all = image.functions();
  const auto bytes = static_cast<uint32_t>(image.code().size());
  for (uint32_t i = 0; i < all.size(); ++i) {
    const uint32_t begin = all[i].offset, end = i + 1 < all.size() ? all[i + 1].offset : bytes;
    const uint32_t index = image.first_defined() + i;
    const std::string_view known = names.find(index);
    Piece piece;
    piece.name = prefix + (known.empty() ? "func[" + std::to_string(index) + "]" : clean(known));
    piece.begin = image.code().data() + begin;
    piece.size = end - begin;
    if (file.wants_sites) {
      piece.sites = image.sites().between(begin, end);
      for (codegen::Site& s : piece.sites) s.offset -= begin;
    }
    file.add(piece, name.empty() ? "wasm" : name);
  }
  file.flush();
}

}  // namespace nacre::baseline
