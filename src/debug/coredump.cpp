// SPDX-License-Identifier: Apache-2.0
#include "debug/coredump.hpp"

#include <algorithm>
#include <cstring>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace nacre::debug {
namespace {

constexpr uint64_t page = 4096;          // what is looked at for zeros at once
constexpr size_t max_segments = 10'000;  // modules may have 100,000

struct Run {
  uint32_t memory;
  uint64_t begin, end;
};

bool is_zero(Bytes b) {
  static constexpr uint8_t zeros[page] = {};
  return std::memcmp(b.data(), zeros, b.size()) == 0;
}

// The parts of memory `index` that are not zero, in whole pages.
void find_runs(Bytes bytes, uint32_t index, std::vector<Run>& out) {
  const size_t first = out.size();
  for (uint64_t at = 0; at < bytes.size(); at += page) {
    const auto n = static_cast<size_t>(std::min<uint64_t>(page, bytes.size() - at));
    if (is_zero(bytes.subspan(static_cast<size_t>(at), n))) continue;
    if (out.size() > first && out.back().end == at) out.back().end = at + n;
    else out.push_back({index, at, at + n});
  }
}

// Joins neighbours, nearest first, until there are few enough.
void join_runs(std::vector<Run>& runs) {
  for (uint64_t gap = page; runs.size() > max_segments && gap != 0; gap *= 2) {
    size_t kept = 0;
    for (size_t i = 1; i < runs.size(); ++i) {
      Run& last = runs[kept];
      if (runs[i].memory == last.memory && runs[i].begin - last.end <= gap) last.end = runs[i].end;
      else runs[++kept] = runs[i];
    }
    runs.resize(kept + 1);
  }
}

void custom_section(Writer& out, std::string_view name, const Writer& contents) {
  Writer section;
  section.name(name);
  section.bytes(contents.view());
  out.u8(0);
  out.sized(section.view());
}

void indices(Writer& w, const std::vector<uint32_t>& list) {
  w.leb_u64(list.size());
  for (uint32_t i : list) w.leb_u32(i);
}

void write_customs(const Coredump& dump, Writer& out) {
  Writer core;
  core.u8(0);
  core.name(dump.executable);
  custom_section(out, "core", core);

  Writer modules;
  modules.leb_u64(dump.modules.size());
  for (const std::string& m : dump.modules) {
    modules.u8(0);
    modules.name(m);
  }
  custom_section(out, "coremodules", modules);

  Writer instances;
  instances.leb_u64(dump.instances.size());
  for (const CoreInstance& i : dump.instances) {
    instances.u8(0);
    instances.leb_u32(i.module);
    indices(instances, i.memories);
    indices(instances, i.globals);
  }
  custom_section(out, "coreinstances", instances);

  Writer stack;
  stack.u8(0);
  stack.name(dump.thread);
  stack.leb_u64(dump.frames.size());
  for (const CoreFrame& f : dump.frames) {
    stack.u8(0);
    stack.leb_u32(f.instance);
    stack.leb_u32(f.func_index);
    stack.leb_u32(f.code_offset);
    stack.u8(0);  // locals
    stack.u8(0);  // operands
  }
  custom_section(out, "corestack", stack);
}

void write_memories(const Coredump& dump, Writer& out) {
  if (dump.memories.empty()) return;
  Writer w;
  w.leb_u64(dump.memories.size());
  for (const CoreMemory& m : dump.memories) {
    const wasm::SizeLimits& l = m.type.limits;
    const bool custom = m.type.page_size_log2 != 16;
    w.u8(static_cast<uint8_t>((l.has_max ? 1 : 0) | (l.shared ? 2 : 0) | (l.is64 ? 4 : 0) |
                              (custom ? 8 : 0)));
    w.leb_u64(l.min);
    if (l.has_max) w.leb_u64(l.max);
    if (custom) w.leb_u32(m.type.page_size_log2);
  }
  out.u8(5);
  out.sized(w.view());
}

uint8_t heap_code(wasm::HeapType h) {
  if (h == wasm::HeapType(wasm::Heap::func)) return 0x70;
  if (h == wasm::HeapType(wasm::Heap::extern_)) return 0x6f;
  if (h == wasm::HeapType(wasm::Heap::exn)) return 0x69;
  return 0x6e;  // any
}

void write_global(const CoreGlobal& g, Writer& w) {
  constexpr uint8_t immutable = 0, end = 0x0b;
  switch (g.type.kind()) {
    case wasm::Kind::i32:
      w.u8(0x7f), w.u8(immutable), w.u8(0x41);
      w.leb_s32(static_cast<int32_t>(static_cast<uint32_t>(g.value[0])));
      break;
    case wasm::Kind::i64:
      w.u8(0x7e), w.u8(immutable), w.u8(0x42);
      w.leb_s64(static_cast<int64_t>(g.value[0]));
      break;
    case wasm::Kind::f32:
      w.u8(0x7d), w.u8(immutable), w.u8(0x43);
      w.fixed(static_cast<uint32_t>(g.value[0]));
      break;
    case wasm::Kind::f64:
      w.u8(0x7c), w.u8(immutable), w.u8(0x44);
      w.fixed(g.value[0]);
      break;
    case wasm::Kind::v128:  // in memory order
      w.u8(0x7b), w.u8(immutable), w.u8(0xfd), w.u8(12);
      w.bytes({reinterpret_cast<const uint8_t*>(g.value), sizeof g.value});
      break;
    default:
      w.u8(heap_code(g.type.heap())), w.u8(immutable), w.u8(0xd0), w.u8(heap_code(g.type.heap()));
      break;
  }
  w.u8(end);
}

void write_globals(const Coredump& dump, Writer& out) {
  if (dump.globals.empty()) return;
  Writer w;
  w.leb_u64(dump.globals.size());
  for (const CoreGlobal& g : dump.globals) write_global(g, w);
  out.u8(6);
  out.sized(w.view());
}

// What stands before a segment's bytes.
void segment_head(const Coredump& dump, const Run& r, Writer& w) {
  w.u8(r.memory == 0 ? 0 : 2);
  if (r.memory != 0) w.leb_u32(r.memory);
  if (dump.memories[r.memory].type.limits.is64) {
    w.u8(0x42);
    w.leb_s64(static_cast<int64_t>(r.begin));
  } else {
    w.u8(0x41);
    w.leb_s32(static_cast<int32_t>(static_cast<uint32_t>(r.begin)));
  }
  w.u8(0x0b);
  w.leb_u64(r.end - r.begin);
}

}  // namespace

CoredumpResult write_coredump(const Coredump& dump, CoredumpSink& sink) {
  std::vector<Run> runs;
  for (size_t i = 0; i < dump.memories.size(); ++i)
    find_runs(dump.memories[i].bytes, static_cast<uint32_t>(i), runs);
  join_runs(runs);

  Writer head;
  constexpr uint8_t magic[] = {0, 0x61, 0x73, 0x6d, 1, 0, 0, 0};
  head.bytes(magic);
  write_customs(dump, head);
  write_memories(dump, head);
  write_globals(dump, head);
  Writer count;
  count.leb_u64(runs.size());
  uint64_t size = count.size();
  for (const Run& r : runs) {
    Writer h;
    segment_head(dump, r, h);
    size += h.size() + (r.end - r.begin);
  }
  if (size > 0xffffffffu) return CoredumpResult::too_large;
  if (!runs.empty()) {
    head.u8(11);
    head.leb_u64(size);
    head.bytes(count.view());
  }
  if (!sink.write(head.view())) return CoredumpResult::failed;
  for (const Run& r : runs) {
    Writer h;
    segment_head(dump, r, h);
    const Bytes contents = dump.memories[r.memory].bytes.subspan(
        static_cast<size_t>(r.begin), static_cast<size_t>(r.end - r.begin));
    if (!sink.write(h.view()) || !sink.write(contents)) return CoredumpResult::failed;
  }
  return CoredumpResult::written;
}

namespace {

std::vector<uint32_t> read_indices(Reader& r) {
  std::vector<uint32_t> out(r.count(1));
  for (uint32_t& i : out) i = r.leb_u32();
  return out;
}

void expect_zero(Reader& r) {
  const uint64_t at = r.offset();
  if (r.u8() != 0) r.fail(ReadFault::unexpected_end, at);
}

void skip_values(Reader& r) {
  for (uint32_t n = r.count(1); n > 0 && r.ok(); --n) {
    switch (r.u8()) {
      case 0x01:
        break;
      case 0x7f:
        r.leb_s32();
        break;
      case 0x7e:
        r.leb_s64();
        break;
      case 0x7d:
        r.bytes(4);
        break;
      case 0x7c:
        r.bytes(8);
        break;
      default:
        r.fail(ReadFault::unexpected_end, r.offset());
        break;
    }
  }
}

}  // namespace

std::optional<Coredump> read_coredump(const wasm::Module& module) {
  Coredump out;
  bool found = false;
  for (const wasm::CustomSection& c : module.customs) {
    Reader r(c.bytes);
    if (c.name == "core") {
      found = true;
      expect_zero(r);
      out.executable = std::string(r.name());
    } else if (c.name == "coremodules") {
      for (uint32_t n = r.count(2); n > 0 && r.ok(); --n) {
        expect_zero(r);
        out.modules.emplace_back(r.name());
      }
    } else if (c.name == "coreinstances") {
      for (uint32_t n = r.count(4); n > 0 && r.ok(); --n) {
        expect_zero(r);
        CoreInstance& i = out.instances.emplace_back();
        i.module = r.leb_u32();
        i.memories = read_indices(r);
        i.globals = read_indices(r);
      }
    } else if (c.name == "corestack") {
      expect_zero(r);
      out.thread = std::string(r.name());
      for (uint32_t n = r.count(6); n > 0 && r.ok(); --n) {
        expect_zero(r);
        CoreFrame& f = out.frames.emplace_back();
        f.instance = r.leb_u32();
        f.func_index = r.leb_u32();
        f.code_offset = r.leb_u32();
        skip_values(r);
        skip_values(r);
      }
    }
    if (!r.ok()) return std::nullopt;
  }
  if (!found) return std::nullopt;
  return out;
}

}  // namespace nacre::debug
