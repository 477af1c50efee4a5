// SPDX-License-Identifier: Apache-2.0
//
// nacre-instantiate [FILE...]: how long instantiation takes.
//
// Times the given modules, with imports that do nothing, or some made up for the purpose, each with
// memories without and with guards. Per module, in microseconds, minimum and median of many rounds
// but for the first:
//   first         the first time after compilation, when data is copied
//   instantiate   in a new store
//   whole         the same with making and destroying the store
//   and touch     the same with a write to every page the module's data reaches
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nacre/nacre.hpp>
#include <string>
#include <vector>

#include "api/data.hpp"
#include "base/writer.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace {

using nacre::Writer;
namespace runtime = nacre::runtime;
using Clock = std::chrono::steady_clock;
using Compiled = std::shared_ptr<const runtime::CompiledModule>;

constexpr size_t page = 65536;

void section(Writer& out, uint8_t id, const Writer& contents) {
  out.u8(id);
  out.sized(contents.view());
}

// A module with `functions` functions, all in one element segment, and `data` bytes of data.
std::vector<uint8_t> make_module(uint32_t functions, uint32_t data) {
  Writer out, s;
  out.bytes(std::vector<uint8_t>{0, 'a', 's', 'm', 1, 0, 0, 0});
  s.bytes(std::vector<uint8_t>{1, 0x60, 0, 0});
  section(out, 1, s);
  s.clear();
  s.leb_u32(functions);
  for (uint32_t i = 0; i < functions; ++i) s.u8(0);
  section(out, 3, s);
  s.clear();
  s.bytes(std::vector<uint8_t>{1, 0x70, 0});
  s.leb_u32(functions);
  section(out, 4, s);
  s.clear();
  s.bytes(std::vector<uint8_t>{1, 0});
  s.leb_u32(static_cast<uint32_t>(data / page) + 2);
  section(out, 5, s);
  s.clear();
  if (functions != 0) {
    s.bytes(std::vector<uint8_t>{1, 0, 0x41, 0, 0x0b});
    s.leb_u32(functions);
    for (uint32_t i = 0; i < functions; ++i) s.leb_u32(i);
    section(out, 9, s);
    s.clear();
    s.leb_u32(functions);
    for (uint32_t i = 0; i < functions; ++i) s.bytes(std::vector<uint8_t>{2, 0, 0x0b});
    section(out, 10, s);
    s.clear();
  }
  if (data != 0) {
    s.bytes(std::vector<uint8_t>{1, 0, 0x41});
    s.leb_s32(1024);
    s.u8(0x0b);
    s.leb_u32(data);
    for (uint32_t i = 0; i < data; ++i) s.u8(static_cast<uint8_t>(i * 7 + 1));
    section(out, 11, s);
  }
  return out.take();
}

nacre::Trap do_nothing(void*, runtime::Store&, runtime::Instance*, runtime::Slot*) {
  return nacre::Trap::none;
}

// What the module asks for, doing nothing.
std::vector<runtime::Extern> stand_ins(runtime::Store& store, const runtime::CompiledModule& c) {
  std::vector<runtime::Extern> out;
  const runtime::Slot zero[2] = {0, 0};
  for (const nacre::wasm::Import& i : c.module.imports) {
    switch (i.kind) {
      case nacre::wasm::ExternKind::func:
        out.emplace_back(
            store.new_host_func(c.func_type(i.index), do_nothing, nullptr, nullptr, {}));
        break;
      case nacre::wasm::ExternKind::table: {
        const nacre::wasm::TableType& t = c.module.tables[i.index].type;
        out.emplace_back(store.new_table(c.globalize(t.elem), t.limits, 0).value());
        break;
      }
      case nacre::wasm::ExternKind::memory:
        out.emplace_back(store.new_memory(c.module.memories[i.index]).value());
        break;
      case nacre::wasm::ExternKind::global: {
        nacre::wasm::GlobalType t = c.module.globals[i.index].type;
        t.type = c.globalize(t.type);
        out.emplace_back(store.new_global(t, zero));
        break;
      }
      case nacre::wasm::ExternKind::tag:
        out.emplace_back(store.new_tag(c.types[c.module.tags[i.index].type]));
        break;
    }
  }
  return out;
}

struct Times {
  std::vector<double> us;
  void add(Clock::time_point from, Clock::time_point to) {
    us.push_back(std::chrono::duration<double, std::micro>(to - from).count());
  }
  void print() {
    std::sort(us.begin(), us.end());
    std::printf(" %8.1f %8.1f |", us[0], us[us.size() / 2]);
  }
};

uint64_t data_end(const runtime::CompiledModule& c) {
  uint64_t total = 0;
  for (const nacre::wasm::Data& d : c.module.datas) total += d.bytes.size();
  return total;
}

void measure(const char* name, const Compiled& c, bool guarded) {
  runtime::StoreLimits limits;
  limits.guarded_memories = guarded;
  const uint64_t reach = data_end(*c);
  Times first, instantiate, whole, touching;
  const Clock::time_point begin = Clock::now();
  for (int round = 0; round < 2000; ++round) {
    const bool touch = round % 2 == 1;
    const Clock::time_point start = Clock::now();
    Clock::time_point mid;
    {
      runtime::Store store(c->engine, c->registry, limits);
      const std::vector<runtime::Extern> imports = stand_ins(store, *c);
      mid = Clock::now();
      nacre::Result<runtime::Instance*> i = runtime::instantiate(store, c, imports);
      if (!i) {
        std::printf("%s: %s\n", name, i.error().message.c_str());
        return;
      }
      if (round == 0) first.add(mid, Clock::now());
      else if (!touch) instantiate.add(mid, Clock::now());
      if (touch && !(*i)->memories.empty())
        for (uint64_t at = 0; at < std::min(reach, (*i)->vm.memory0_length); at += 4096) {
          volatile uint8_t* const p = (*i)->vm.memory0_base + at;
          *p = static_cast<uint8_t>(*p + 1);
        }
    }
    (touch ? touching : whole).add(start, Clock::now());
    if (round > 20 && Clock::now() - begin > std::chrono::seconds(2)) break;
  }
  std::printf("%-24.24s %-9s|%9.1f |", name, guarded ? "guarded" : "checked", first.us[0]);
  instantiate.print();
  whole.print();
  touching.print();
  std::printf("\n");
}

int run(const char* name, const std::vector<uint8_t>& bytes) {
  const nacre::Engine engine;
  for (const bool guarded : {false, true}) {
    const nacre::Result<nacre::Module> m = nacre::Module::compile(engine, bytes);
    if (!m) {
      std::printf("%s: %s\n", name, m.error().message.c_str());
      return 1;
    }
    measure(name, m->data()->compiled, guarded);
  }
  return 0;
}

int run_made_up() {
  int failed = 0;
  failed |= run("empty memory", make_module(0, 0));
  failed |= run("64 KiB data", make_module(0, 1 << 16));
  failed |= run("1 MiB data", make_module(0, 1 << 20));
  failed |= run("16 MiB data", make_module(0, 16 << 20));
  failed |= run("10,000 elements", make_module(10'000, 0));
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("%-34s|%9s | %-17s | %-17s | %-17s |\n", "us, minimum and median", "first",
              "instantiate", "whole", "and touch");
  int failed = 0;
  if (argc == 1) failed |= run_made_up();
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string path = argv[i];
    failed |= run(path.substr(path.find_last_of('/') + 1).c_str(),
                  std::vector<uint8_t>{std::istreambuf_iterator<char>(in), {}});
  }
  return failed;
}
