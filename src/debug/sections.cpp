// SPDX-License-Identifier: Apache-2.0
#include "debug/sections.hpp"

#include <cstring>

namespace nacre::debug {

Sections Sections::of(const wasm::Module& module) {
  Sections s;
  const struct {
    std::string_view name;
    Bytes* to;
  } wanted[] = {{".debug_info", &s.info},         {".debug_abbrev", &s.abbrev},
                {".debug_line", &s.line},         {".debug_str", &s.str},
                {".debug_line_str", &s.line_str}, {".debug_str_offsets", &s.str_offsets},
                {".debug_addr", &s.addr},         {".debug_ranges", &s.ranges},
                {".debug_rnglists", &s.rnglists}};
  for (const wasm::CustomSection& c : module.customs) {
    if (!c.name.starts_with(".debug_")) continue;
    for (const auto& w : wanted)
      if (c.name == w.name && w.to->empty()) *w.to = c.bytes;
  }
  return s;
}

uint64_t code_section_offset(Bytes module) {
  constexpr size_t header = 8;
  constexpr uint8_t code_id = 10;
  if (module.size() < header) return 0;
  Reader r(module.subspan(header), header);
  while (!r.at_end()) {
    const uint8_t id = r.u8();
    const uint32_t size = r.leb_u32();
    const uint64_t contents = r.offset();
    r.bytes(size);
    if (id == code_id && r.ok()) return contents;
  }
  return 0;
}

uint64_t read_uint(Reader& r, unsigned size) {
  const Bytes b = r.bytes(size);
  uint64_t v = 0;
  for (size_t i = 0; i < b.size(); ++i) v |= uint64_t{b[i]} << (8 * i);
  return v;
}

std::string_view read_cstr(Reader& r) {
  const size_t left = r.remaining();
  const void* nul = left == 0 ? nullptr : std::memchr(r.cursor(), 0, left);
  if (nul == nullptr) {
    r.fail(ReadFault::unexpected_end, r.offset() + left);
    return {};
  }
  const auto n = static_cast<size_t>(static_cast<const uint8_t*>(nul) - r.cursor());
  const Bytes b = r.bytes(n + 1);
  return {reinterpret_cast<const char*>(b.data()), n};
}

std::string_view cstr_at(Bytes section, uint64_t offset) {
  Reader r(tail(section, offset));
  return read_cstr(r);
}

}  // namespace nacre::debug
