// SPDX-License-Identifier: Apache-2.0
#include "baseline/listing.hpp"

#include <algorithm>

#include "base/writer.hpp"
#include "binary/op_reader.hpp"
#include "os/cpu.hpp"

namespace nacre::baseline {
namespace {

constexpr uint8_t padding = 0xCC;

uint32_t size32(size_t n) { return static_cast<uint32_t>(n); }

// How many entries the table of a br_table has: the number in the comparison before the jump.
// Compiled as cmp index, N; jae default; lea r11, [rip + table]; ...; jmp r11; `lea` is its place.
uint32_t table_entries(Bytes code, uint32_t lea) {
  if (lea < 12 || code[lea - 6] != 0x0F || code[lea - 5] != 0x83) return 0;
  const uint8_t* const jae = code.data() + lea - 6;
  if (jae[-3] == 0x83 && (jae[-2] & 0xF8) == 0xF8) return jae[-1];
  if ((jae[-6] == 0x81 && (jae[-5] & 0xF8) == 0xF8) || jae[-5] == 0x3D)
    return load_le<uint32_t>(jae - 4);
  return 0;
}

// The tables among x86-64 code before `end`.
void find_jump_tables(Bytes code, uint32_t end, std::vector<DataRange>& out) {
  constexpr uint32_t lea_size = 7, longest = 20;  // from lea to the end of the jump
  for (uint32_t lea = 0; lea + longest < end; ++lea) {
    if (code[lea] != 0x4C || code[lea + 1] != 0x8D || code[lea + 2] != 0x1D) continue;
    const uint64_t table =
        uint64_t{lea} + lea_size + load_le<uint32_t>(code.data() + lea + 3);  // ahead
    const uint64_t count = table_entries(code, lea);
    if (count == 0 || table > lea + longest || table + 4 * count > end) continue;
    out.push_back({size32(table), size32(table + 4 * count), true});
    lea = size32(table + 4 * count) - 1;
  }
}

}  // namespace

ListedFunction list_function(const codegen::CodeImage& image, uint32_t defined) {
  const codegen::FunctionTable& all = image.functions();
  const codegen::FunctionEntry& entry = all[defined];
  const Bytes code = image.code();
  uint32_t end = defined + 1 < all.size() ? all[defined + 1].offset : size32(code.size());
  for (uint32_t i = 1; i < codegen::CodeImage::alignment && defined + 1 < all.size(); ++i)
    if (end > entry.offset && code[end - 1] == padding) --end;
  ListedFunction f;
  f.index = image.first_defined() + defined;
  f.offset = entry.offset;
  f.code = code.subspan(entry.offset, end - entry.offset);
  f.direct = entry.direct - entry.offset;
  f.frame = entry.frame;
  f.sites = image.sites().between(entry.offset, end);
  for (codegen::Site& s : f.sites) s.offset -= entry.offset;
  const uint32_t constants = std::min(size32(f.code.size()), uint32_t{entry.frame.constants});
  const uint32_t instructions = size32(f.code.size()) - constants;
  if (os::cpu_arch() == os::CpuArch::x64) find_jump_tables(f.code, instructions, f.data);
  if (constants != 0) f.data.push_back({instructions, size32(f.code.size()), false});
  return f;
}

std::string instruction_at(const wasm::Module& module, uint32_t offset) {
  using wasm::Imm;
  if (offset >= module.bytes.size()) return {};
  binary::OpReader reader(module, module.bytes.subspan(offset), offset);
  binary::Instr in;
  if (!reader.next(in)) return {};
  const wasm::OpInfo& info = wasm::op_info(in.op);
  std::string text = info.text;
  const auto index = [&](uint32_t i) { text += " " + std::to_string(i); };
  switch (info.imm) {
    case Imm::label:
    case Imm::func:
    case Imm::type:
    case Imm::local:
    case Imm::global:
    case Imm::table:
    case Imm::elem:
    case Imm::data:
    case Imm::memory:
    case Imm::tag:
      index(in.index);
      break;
    case Imm::table_copy:
    case Imm::memory_copy:
    case Imm::struct_field:
    case Imm::array_fixed:
    case Imm::array_data:
    case Imm::array_elem:
    case Imm::array_copy:
      index(in.index), index(in.index2);
      break;
    case Imm::table_init:
    case Imm::memory_init:
      index(in.index2), index(in.index);
      break;
    case Imm::call_indirect:
      if (in.index2 != 0) index(in.index2);
      text += " (type " + std::to_string(in.index) + ")";
      break;
    case Imm::memarg:
    case Imm::memarg_lane:
      if (in.index != 0) index(in.index);
      if (in.bits != 0) text += " offset=" + std::to_string(in.bits);
      break;
    default:
      break;
  }
  return text;
}

// --- ELF

namespace {

constexpr uint32_t header_size = 64, section_header_size = 64;
constexpr uint8_t global_func = 1 << 4 | 2, global_object = 1 << 4 | 1;

struct Symbols {
  Writer table, names;

  Symbols() {
    for (int i = 0; i < 3; ++i) table.fixed<uint64_t>(0);  // the first one is none
    names.u8(0);
  }
  void add(const std::string& name, uint8_t info, uint32_t at, uint32_t size) {
    table.fixed<uint32_t>(size32(names.size()));
    table.u8(info);
    table.u8(0);
    table.fixed<uint16_t>(1);  // in .text
    table.fixed<uint64_t>(at);
    table.fixed<uint64_t>(size);
    names.chars(name);
    names.u8(0);
  }
  // Instructions of one function between data, then data.
  void add_function(const ListedFunction& f) {
    const std::string number = std::to_string(f.index);
    uint32_t at = 0, part = 0;
    const auto code_until = [&](uint32_t end) {
      if (at == end) return;
      const std::string name = part == 0 ? "f" + number : "f" + number + "." + std::to_string(part);
      add(name, global_func, f.offset + at, end - at);
      ++part;
    };
    for (const DataRange& d : f.data) {
      code_until(d.begin);
      add("d" + number + "." + std::to_string(part), global_object, f.offset + d.begin,
          d.end - d.begin);
      at = d.end;
    }
    code_until(size32(f.code.size()));
  }
};

struct Section {
  uint32_t name, type, flags;
  uint64_t offset, size;
  uint32_t link, info, align, entry_size;
};

void write_section(Writer& w, const Section& s) {
  w.fixed<uint32_t>(s.name);
  w.fixed<uint32_t>(s.type);
  w.fixed<uint64_t>(s.flags);
  w.fixed<uint64_t>(0);
  w.fixed<uint64_t>(s.offset);
  w.fixed<uint64_t>(s.size);
  w.fixed<uint32_t>(s.link);
  w.fixed<uint32_t>(s.info);
  w.fixed<uint64_t>(s.align);
  w.fixed<uint64_t>(s.entry_size);
}

// Of a relocatable object with four sections, whose headers are at `sections`.
void write_header(Writer& w, uint64_t sections) {
  const bool arm = os::cpu_arch() == os::CpuArch::arm64;
  w.chars(std::string_view("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16));
  w.fixed<uint16_t>(1);               // relocatable
  w.fixed<uint16_t>(arm ? 183 : 62);  // AArch64, x86-64
  w.fixed<uint32_t>(1);
  w.fixed<uint64_t>(0);
  w.fixed<uint64_t>(0);
  w.fixed<uint64_t>(sections);
  w.fixed<uint32_t>(0);
  w.fixed<uint16_t>(header_size);
  w.fixed<uint16_t>(0);
  w.fixed<uint16_t>(0);
  w.fixed<uint16_t>(section_header_size);
  w.fixed<uint16_t>(4);
  w.fixed<uint16_t>(3);  // .strtab names the sections too
}

}  // namespace

std::vector<uint8_t> elf_object(const codegen::CodeImage& image,
                                const std::vector<ListedFunction>& functions) {
  Symbols symbols;
  for (const ListedFunction& f : functions) symbols.add_function(f);
  const uint32_t text_name = size32(symbols.names.size());
  symbols.names.chars(std::string_view(".text\0.symtab\0.strtab\0", 22));
  const Bytes code = image.code();
  const uint64_t symbols_at = (header_size + code.size() + 7) & ~uint64_t{7};
  const uint64_t names_at = symbols_at + symbols.table.size();
  const uint64_t sections_at = (names_at + symbols.names.size() + 7) & ~uint64_t{7};
  Writer w;
  const auto pad_to = [&](uint64_t at) {
    while (w.size() < at) w.u8(0);
  };
  write_header(w, sections_at);
  w.bytes(code);
  pad_to(symbols_at);
  w.bytes(symbols.table.view());
  w.bytes(symbols.names.view());
  pad_to(sections_at);
  write_section(w, {});
  write_section(w, {text_name, 1, 6, header_size, code.size(), 0, 0, 16, 0});  // PROGBITS, AX
  write_section(w, {text_name + 6, 2, 0, symbols_at, symbols.table.size(), 3, 1, 8, 24});
  write_section(w, {text_name + 14, 3, 0, names_at, symbols.names.size(), 0, 0, 1, 0});
  return w.take();
}

}  // namespace nacre::baseline
