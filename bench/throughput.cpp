// SPDX-License-Identifier: Apache-2.0
//
// nacre-throughput FILE...: how fast modules are validated and translated, one core.
//
// Prints for each file its size, the size of its code section, and the best of five runs in MB
// of code per second of decoding and validation, and of compilation with all code made at once
// (which validates, too).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nacre/nacre.hpp>
#include <vector>

#include "base/reader.hpp"

namespace {

using nacre::Engine;
using nacre::Module;

uint64_t code_bytes(std::span<const uint8_t> bytes) {
  nacre::Reader r(bytes);
  r.bytes(8);
  while (!r.at_end()) {
    const uint8_t id = r.u8();
    const uint32_t size = r.leb_u32();
    r.bytes(size);
    if (id == 10) return size;
  }
  return 0;
}

template <class F>
double best_seconds(F work) {
  double best = 1e9;
  for (int i = 0; i < 5; i++) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> t = std::chrono::steady_clock::now() - start;
    best = std::min(best, t.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  int failed = 0;
  std::printf("%-40s %9s %9s %14s %14s\n", "module", "MB", "code MB", "validate MB/s",
              "translate MB/s");
  for (int i = 1; i < argc; i++) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    const Engine lazy{{.engine = nacre::EngineKind::interpreter}};
    const Engine eager{{.engine = nacre::EngineKind::interpreter, .eager = true}};
    const nacre::Result<void> valid = Module::validate(lazy, bytes);
    if (!valid) {
      std::printf("%s: %s\n", argv[i], valid.error().message.c_str());
      failed = 1;
      continue;
    }
    const double mb = static_cast<double>(code_bytes(bytes)) / 1e6;
    const double validate = best_seconds([&] { (void)Module::validate(lazy, bytes); });
    const double compile = best_seconds([&] { (void)Module::compile_borrowed(eager, bytes); });
    // Compilation validates first; the difference is the translation (and its own pass of the
    // validator).
    std::printf("%-40s %9.2f %9.2f %14.1f %14.1f\n", argv[i],
                static_cast<double>(bytes.size()) / 1e6, mb, mb / validate,
                mb / (compile - validate));
  }
  return failed;
}
