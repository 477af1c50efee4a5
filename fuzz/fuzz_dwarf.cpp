// SPDX-License-Identifier: Apache-2.0
//
// Debug sections cut out of the input (nine 16-bit lengths, then the sections), asked for
// addresses; and the input as a mangled name and as a coredump.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/reader.hpp"
#include "binary/decode.hpp"
#include "debug/coredump.hpp"
#include "debug/demangle.hpp"
#include "debug/dwarf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nacre;
  constexpr uint64_t code = 0x40;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* prefix : {"", "_Z", "_R", "_ZN"})
    if (debug::demangle(prefix + std::string(text)).size() > size + 3 + debug::max_demangled)
      std::abort();
  if (auto module = binary::decode({data, size}, nullptr, {})) {
    (void)debug::read_coredump(*module);
    debug::Dwarf dwarf(*module);
    for (uint64_t at = 0; at < size; at += size / 64 + 1) (void)dwarf.find(at);
    return 0;
  }
  Reader r({data, size});
  uint16_t lengths[9];
  for (uint16_t& n : lengths) n = r.fixed<uint16_t>();
  debug::Sections s;
  size_t next = 0;
  for (Bytes* b : {&s.info, &s.abbrev, &s.line, &s.str, &s.line_str, &s.str_offsets, &s.addr,
                   &s.ranges, &s.rnglists}) {
    const size_t n = lengths[next++];
    *b = r.bytes(n < r.remaining() ? n : r.remaining());
  }
  debug::Dwarf dwarf(s, code);
  for (uint64_t at = 0; at < 0x80; ++at) (void)dwarf.find(code + at);
  (void)dwarf.find(code + 0xffffffff);
  (void)dwarf.is_split();
  return 0;
}
