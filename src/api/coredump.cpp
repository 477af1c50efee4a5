// SPDX-License-Identifier: Apache-2.0
//
// A store as a coredump.
#include "nacre/coredump.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unordered_map>

#include "api/data.hpp"
#include "binary/names.hpp"
#include "debug/coredump.hpp"
#include "os/stdio.hpp"
#include "runtime/backtrace.hpp"

namespace nacre {
namespace {

class FileSink final : public debug::CoredumpSink {
 public:
  explicit FileSink(std::FILE* file) : file_(file) {}
  bool write(Bytes bytes) override {
    return std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
  }

 private:
  std::FILE* file_;
};

// Numbers things in the order they are met.
template <class T>
class Numbering {
 public:
  // The number of `item`; `fresh` says whether it is new.
  uint32_t of(const T* item, bool& fresh) {
    const auto [at, inserted] = numbers_.try_emplace(item, static_cast<uint32_t>(numbers_.size()));
    fresh = inserted;
    return at->second;
  }
  bool find(const T* item, uint32_t& number) const {
    const auto at = numbers_.find(item);
    if (at != numbers_.end()) number = at->second;
    return at != numbers_.end();
  }

 private:
  std::unordered_map<const T*, uint32_t> numbers_;
};

class Collector {
 public:
  void add(const runtime::Instance& instance) {
    bool fresh;
    instances_.of(&instance, fresh);
    debug::CoreInstance& out = dump.instances.emplace_back();
    out.module = modules_.of(instance.module.get(), fresh);
    if (fresh)
      dump.modules.emplace_back(binary::NameSection::of(instance.wasm_module()).module_name());
    for (runtime::Memory* m : instance.memories) out.memories.push_back(add_memory(*m));
    for (const runtime::Global* g : instance.globals) out.globals.push_back(add_global(*g));
  }
  void add(const Frame& f) {
    const runtime::Origin* origin = runtime::origin_of(f);
    if (origin == nullptr) return;  // a host function
    debug::CoreFrame& out = dump.frames.emplace_back();
    instances_.find(origin->instance, out.instance);
    out.func_index = f.func_index;
    const wasm::Module& module = origin->module->module;
    const uint32_t imported = module.num_imported_funcs;
    if (f.func_index < imported || f.func_index - imported >= module.bodies.size()) return;
    const uint64_t body = module.bodies[f.func_index - imported].offset;
    if (f.offset >= body) out.code_offset = static_cast<uint32_t>(f.offset - body);
  }
  debug::Coredump dump;

 private:
  uint32_t add_memory(runtime::Memory& m) {
    bool fresh;
    const uint32_t number = memories_.of(&m, fresh);
    if (!fresh) return number;
    debug::CoreMemory& out = dump.memories.emplace_back();
    out.type = m.current_type();
    out.bytes = Bytes(m.base, static_cast<size_t>(m.current_length()));
    return number;
  }
  uint32_t add_global(const runtime::Global& g) {
    bool fresh;
    const uint32_t number = globals_.of(&g, fresh);
    if (!fresh) return number;
    debug::CoreGlobal& out = dump.globals.emplace_back();
    out.type = g.type.type;
    std::memcpy(out.value, g.value, g.type.type.is_vec() ? 16 : 8);
    if (out.type.is_ref()) out.type = top_of(g);
    return number;
  }
  static wasm::ValType top_of(const runtime::Global& g) {
    const wasm::HeapType heap = g.type.type.heap();
    if (heap.is_concrete()) return g.holds_gc_ref ? wasm::anyref_type : wasm::funcref_type;
    switch (heap.abstract()) {
      case wasm::Heap::func:
      case wasm::Heap::nofunc:
        return wasm::funcref_type;
      case wasm::Heap::extern_:
      case wasm::Heap::noextern:
        return wasm::externref_type;
      case wasm::Heap::exn:
      case wasm::Heap::noexn:
        return wasm::exnref_type;
      default:
        return wasm::anyref_type;
    }
  }

  Numbering<runtime::Instance> instances_;
  Numbering<runtime::CompiledModule> modules_;
  Numbering<runtime::Memory> memories_;
  Numbering<runtime::Global> globals_;
};

Error io_error(const std::string& path) {
  return make_error(ErrorKind::io, path + ": " + std::strerror(errno));
}

}  // namespace

Result<void> write_coredump(StoreContext context, const Error& error, StringView path,
                            StringView program) {
  const detail::StoreData* store = detail::live(context.anchor());
  if (store == nullptr) return detail::store_gone();
  Collector c;
  c.dump.executable = std::string(program);
  c.dump.thread = "main";
  for (const runtime::InstancePtr& i : store->instances()) c.add(*i);
  for (const Frame& f : error.backtrace) c.add(f);

  const std::string name(path);
  std::FILE* file = os::open_stream(name, "wb");
  if (file == nullptr) return io_error(name);
  FileSink sink(file);
  errno = 0;
  const debug::CoredumpResult result = debug::write_coredump(c.dump, sink);
  const bool failed = result == debug::CoredumpResult::failed;
  const Error problem = failed ? io_error(name) : Error();
  const bool closed = std::fclose(file) == 0;
  if (result == debug::CoredumpResult::written && closed) return {};
  std::remove(name.c_str());
  if (result == debug::CoredumpResult::too_large)
    return make_error(ErrorKind::limit, "the coredump would hold more than 4 GiB of memory");
  return failed ? problem : io_error(name);
}

}  // namespace nacre
