// SPDX-License-Identifier: Apache-2.0
//
// The DWARF reader on sections written by hand, whole and broken. Programs compiled by clang are
// in tests/debug.
#include "debug/dwarf.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "base/writer.hpp"

namespace nacre::debug {
namespace {

constexpr uint64_t code = 0x100;  // where the code section's contents begin

// Owns what Sections points to.
struct Image {
  Writer info, abbrev, line, str, line_str, str_offsets, addr, ranges, rnglists;

  Sections view() const {
    Sections s;
    s.info = info.view(), s.abbrev = abbrev.view(), s.line = line.view(), s.str = str.view();
    s.line_str = line_str.view(), s.str_offsets = str_offsets.view(), s.addr = addr.view();
    s.ranges = ranges.view(), s.rnglists = rnglists.view();
    return s;
  }
  std::string find(uint64_t address) const {
    Dwarf d(view(), code);
    std::string out;
    for (const Location& l : d.find(code + address))
      out += l.function + " " + l.file + ":" + std::to_string(l.line) + ":" +
             std::to_string(l.column) + "; ";
    return out;
  }
};

void text(Writer& w, std::string_view s) {
  w.chars(s);
  w.u8(0);
}

// An abbreviation: name and form pairs.
void declare(Writer& w, uint32_t number, uint32_t tag, bool children,
             std::initializer_list<std::pair<uint32_t, uint32_t>> attrs) {
  w.leb_u32(number);
  w.leb_u32(tag);
  w.u8(children ? 1 : 0);
  for (auto [name, form] : attrs) {
    w.leb_u32(name);
    w.leb_u32(form);
  }
  w.u8(0);
  w.u8(0);
}

template <class F>
void sized32(Writer& out, F&& body) {
  Writer w;
  body(w);
  out.fixed(static_cast<uint32_t>(w.size()));
  out.bytes(w.view());
}

// Addresses 0x10.. to 0x40: lines 3, 7 and 12 of file 1, then the same in file 2.
void line_program(Writer& w) {
  w.u8(0), w.u8(5), w.u8(DW_LNE_set_address), w.fixed(uint32_t{0x10});
  w.u8(DW_LNS_advance_line), w.leb_s32(2);
  w.u8(DW_LNS_set_column), w.leb_u32(5);
  w.u8(DW_LNS_copy);          // 0x10: 3:5
  w.u8(13 + 14 * 8 + 4 + 5);  // special: 0x18: 7:5
  w.u8(DW_LNS_set_file), w.leb_u32(2);
  w.u8(DW_LNS_advance_pc), w.leb_u32(8);
  w.u8(DW_LNS_advance_line), w.leb_s32(5);
  w.u8(DW_LNS_set_column), w.leb_u32(300);
  w.u8(DW_LNS_copy);  // 0x20: 12:300
  w.u8(DW_LNS_advance_line), w.leb_s32(-12);
  w.u8(DW_LNS_fixed_advance_pc), w.fixed(uint16_t{8});
  w.u8(DW_LNS_copy);  // 0x28: 0, still shown as 12
  w.u8(DW_LNS_advance_pc), w.leb_u32(0x18);
  w.u8(0), w.u8(1), w.u8(DW_LNE_end_sequence);  // 0x40
  // What the linker dropped.
  w.u8(0), w.u8(5), w.u8(DW_LNE_set_address), w.fixed(uint32_t{0});
  w.u8(DW_LNS_copy);
  w.u8(DW_LNS_advance_pc), w.leb_u32(0x100);
  w.u8(0), w.u8(1), w.u8(DW_LNE_end_sequence);
}

void line_parameters(Writer& w, int version) {
  w.u8(1);
  if (version >= 4) w.u8(1);
  w.u8(1), w.u8(static_cast<uint8_t>(-5)), w.u8(14), w.u8(13);
  for (uint8_t n : {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}) w.u8(n);
}

void lines_v4(Image& i, int version = 4) {
  sized32(i.line, [&](Writer& w) {
    w.fixed(static_cast<uint16_t>(version));
    sized32(w, [&](Writer& h) {
      line_parameters(h, version);
      text(h, "include");
      text(h, "/usr/./lib");
      h.u8(0);
      text(h, "a.c"), h.leb_u32(0), h.leb_u32(0), h.leb_u32(0);
      text(h, "b.h"), h.leb_u32(1), h.leb_u32(0), h.leb_u32(0);
      text(h, "c.h"), h.leb_u32(2), h.leb_u32(0), h.leb_u32(0);
      h.u8(0);
    });
    line_program(w);
  });
}

void lines_v5(Image& i) {
  text(i.line_str, "/src");
  sized32(i.line, [&](Writer& w) {
    w.fixed(uint16_t{5});
    w.u8(4), w.u8(0);
    sized32(w, [&](Writer& h) {
      line_parameters(h, 5);
      h.u8(1), h.leb_u32(DW_LNCT_path), h.leb_u32(DW_FORM_line_strp);
      h.leb_u32(2);
      h.fixed(uint32_t{0});
      h.fixed(static_cast<uint32_t>(i.line_str.size()));
      text(i.line_str, "include");
      h.u8(3);
      h.leb_u32(DW_LNCT_path), h.leb_u32(DW_FORM_string);
      h.leb_u32(DW_LNCT_directory_index), h.leb_u32(DW_FORM_udata);
      h.leb_u32(5), h.leb_u32(DW_FORM_data16);  // MD5
      h.leb_u32(3);
      const uint8_t md5[16] = {};
      text(h, "main.c"), h.leb_u32(0), h.bytes(md5);
      text(h, "a.c"), h.leb_u32(0), h.bytes(md5);
      text(h, "b.h"), h.leb_u32(1), h.bytes(md5);
    });
    line_program(w);
  });
}

// A unit of version 4: `outer` has `middle` inlined at 0x18..0x40, that `inner` at 0x20..0x30.
Image version4() {
  Image i;
  lines_v4(i);
  declare(i.abbrev, 1, DW_TAG_compile_unit, true,
          {{DW_AT_name, DW_FORM_string},
           {DW_AT_stmt_list, DW_FORM_sec_offset},
           {DW_AT_comp_dir, DW_FORM_strp},
           {DW_AT_low_pc, DW_FORM_addr},
           {DW_AT_ranges, DW_FORM_sec_offset}});
  declare(i.abbrev, 2, DW_TAG_subprogram, false,
          {{DW_AT_name, DW_FORM_string}, {DW_AT_linkage_name, DW_FORM_strp}});
  declare(
      i.abbrev, 3, DW_TAG_subprogram, true,
      {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}, {DW_AT_name, DW_FORM_string}});
  declare(i.abbrev, 4, DW_TAG_inlined_subroutine, true,
          {{DW_AT_abstract_origin, DW_FORM_ref4},
           {DW_AT_low_pc, DW_FORM_addr},
           {DW_AT_high_pc, DW_FORM_data1},
           {DW_AT_call_file, DW_FORM_data1},
           {DW_AT_call_line, DW_FORM_data2},
           {DW_AT_call_column, DW_FORM_data1}});
  declare(i.abbrev, 5, DW_TAG_inlined_subroutine, false,
          {{DW_AT_abstract_origin, DW_FORM_ref_addr},
           {DW_AT_ranges, DW_FORM_sec_offset},
           {DW_AT_call_file, DW_FORM_data1},
           {DW_AT_call_line, DW_FORM_udata}});
  declare(i.abbrev, 6, DW_TAG_lexical_block, true, {});
  declare(i.abbrev, 7, 0x34, false, {{DW_AT_name, DW_FORM_string}, {2, DW_FORM_exprloc}});
  i.abbrev.u8(0);
  text(i.str, "/home/me");
  const auto linkage = static_cast<uint32_t>(i.str.size());
  text(i.str, "_ZN1a5innerEv");
  // 0: of the unit; 16: of `inner`, after a change of base.
  i.ranges.fixed(uint32_t{0x10}), i.ranges.fixed(uint32_t{0x40});
  i.ranges.fixed(uint32_t{0}), i.ranges.fixed(uint32_t{0});
  i.ranges.fixed(uint32_t{0xfffffffe}), i.ranges.fixed(uint32_t{0xffffffff});
  i.ranges.fixed(uint32_t{0xffffffff}), i.ranges.fixed(uint32_t{0x10});
  i.ranges.fixed(uint32_t{0x10}), i.ranges.fixed(uint32_t{0x18});
  i.ranges.fixed(uint32_t{0x1c}), i.ranges.fixed(uint32_t{0x20});
  i.ranges.fixed(uint32_t{0}), i.ranges.fixed(uint32_t{0});

  sized32(i.info, [&](Writer& w) {
    constexpr uint32_t header = 4;
    w.fixed(uint16_t{4}), w.fixed(uint32_t{0}), w.u8(4);
    w.u8(1), text(w, "a.c"), w.fixed(uint32_t{0}), w.fixed(uint32_t{0}), w.fixed(uint32_t{0});
    w.fixed(uint32_t{0});
    const auto inner = static_cast<uint32_t>(w.size()) + header;
    w.u8(2), text(w, "inner"), w.fixed(linkage);
    const auto middle = static_cast<uint32_t>(w.size()) + header;
    w.u8(2), text(w, "middle"), w.fixed(uint32_t{0xffffff});
    w.u8(3), w.fixed(uint32_t{0}), w.fixed(uint32_t{0x100}), text(w, "dropped"), w.u8(0);
    w.u8(3), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30}), text(w, "outer");
    w.u8(7), text(w, "variable"), w.leb_u32(2), w.u8(1), w.u8(2);
    w.u8(6);
    w.u8(4), w.fixed(middle), w.fixed(uint32_t{0x18}), w.u8(0x28), w.u8(1), w.fixed(uint16_t{77});
    w.u8(9);
    w.u8(5), w.fixed(inner), w.fixed(uint32_t{16}), w.u8(2), w.leb_u32(1000);
    w.u8(0), w.u8(0), w.u8(0), w.u8(0);
  });
  return i;
}

// The same of version 5, by indices.
Image version5() {
  Image i;
  lines_v5(i);
  declare(i.abbrev, 1, DW_TAG_compile_unit, true,
          {{DW_AT_name, DW_FORM_strx1},
           {DW_AT_str_offsets_base, DW_FORM_sec_offset},
           {DW_AT_stmt_list, DW_FORM_sec_offset},
           {DW_AT_comp_dir, DW_FORM_strx1},
           {DW_AT_low_pc, DW_FORM_addr},
           {DW_AT_ranges, DW_FORM_rnglistx},
           {DW_AT_addr_base, DW_FORM_sec_offset},
           {DW_AT_rnglists_base, DW_FORM_sec_offset}});
  declare(i.abbrev, 2, DW_TAG_subprogram, false,
          {{DW_AT_name, DW_FORM_strx2}, {DW_AT_linkage_name, DW_FORM_strx}});
  declare(
      i.abbrev, 3, DW_TAG_subprogram, true,
      {{DW_AT_low_pc, DW_FORM_addrx}, {DW_AT_high_pc, DW_FORM_data4}, {DW_AT_name, DW_FORM_strx4}});
  i.abbrev.leb_u32(4), i.abbrev.leb_u32(DW_TAG_inlined_subroutine), i.abbrev.u8(0);
  for (auto [name, form] : std::initializer_list<std::pair<uint32_t, uint32_t>>{
           {DW_AT_abstract_origin, DW_FORM_ref_udata},
           {DW_AT_ranges, DW_FORM_rnglistx},
           {DW_AT_call_file, DW_FORM_implicit_const}}) {
    i.abbrev.leb_u32(name), i.abbrev.leb_u32(form);
    if (form == DW_FORM_implicit_const) i.abbrev.leb_s32(1);
  }
  i.abbrev.leb_u32(DW_AT_call_line), i.abbrev.leb_u32(DW_FORM_indirect);
  i.abbrev.u8(0), i.abbrev.u8(0), i.abbrev.u8(0);

  i.str_offsets.fixed(uint32_t{0}), i.str_offsets.fixed(uint32_t{5});
  for (const char* s : {"a.c", "/src", "inner", "_RNvC1a5inner", "outer"}) {
    i.str_offsets.fixed(static_cast<uint32_t>(i.str.size()));
    text(i.str, s);
  }
  i.addr.fixed(uint64_t{0}), i.addr.fixed(uint32_t{0x10}), i.addr.fixed(uint32_t{0x20});
  i.rnglists.fixed(uint32_t{0}), i.rnglists.fixed(uint64_t{0});  // a header
  i.rnglists.fixed(uint32_t{8}), i.rnglists.fixed(uint32_t{12});
  i.rnglists.u8(DW_RLE_startx_length), i.rnglists.u8(0), i.rnglists.leb_u32(0x30);
  i.rnglists.u8(DW_RLE_end_of_list);
  i.rnglists.u8(DW_RLE_base_addressx), i.rnglists.u8(1);
  i.rnglists.u8(DW_RLE_offset_pair), i.rnglists.u8(0), i.rnglists.u8(8);
  i.rnglists.u8(DW_RLE_start_end), i.rnglists.fixed(uint32_t{0x30}),
      i.rnglists.fixed(uint32_t{0x34});
  i.rnglists.u8(DW_RLE_end_of_list);

  sized32(i.info, [&](Writer& w) {
    constexpr uint32_t header = 4;
    w.fixed(uint16_t{5}), w.u8(DW_UT_compile), w.u8(4), w.fixed(uint32_t{0});
    w.u8(1), w.u8(0), w.fixed(uint32_t{8}), w.fixed(uint32_t{0}), w.u8(1), w.fixed(uint32_t{0});
    w.u8(0), w.fixed(uint32_t{8}), w.fixed(uint32_t{12});
    const auto inner = static_cast<uint32_t>(w.size()) + header;
    w.u8(2), w.fixed(uint16_t{2}), w.leb_u32(3);
    w.u8(3), w.leb_u32(0), w.fixed(uint32_t{0x30}), w.fixed(uint32_t{4});
    w.u8(4), w.leb_u32(inner), w.leb_u32(1), w.leb_u32(DW_FORM_udata), w.leb_u32(44);
    w.u8(0), w.u8(0);
  });
  return i;
}

TEST(Dwarf, Version4) {
  const Image i = version4();
  EXPECT_EQ(i.find(0x0f), "");
  EXPECT_EQ(i.find(0x10), "outer /home/me/a.c:3:5; ");
  EXPECT_EQ(i.find(0x17), "outer /home/me/a.c:3:5; ");
  EXPECT_EQ(i.find(0x18), "middle /home/me/a.c:7:5; outer /home/me/a.c:77:9; ");
  EXPECT_EQ(i.find(0x20),
            "_ZN1a5innerEv /home/me/include/b.h:12:300; middle /home/me/include/b.h:1000:0; "
            "outer /home/me/a.c:77:9; ");
  // Between the two ranges of `inner`, on code without a line of its own.
  EXPECT_EQ(i.find(0x29), "middle :0:0; outer /home/me/a.c:77:9; ");
  EXPECT_EQ(i.find(0x2f),
            "_ZN1a5innerEv :0:0; middle /home/me/include/b.h:1000:0; outer /home/me/a.c:77:9; ");
  EXPECT_EQ(i.find(0x3f), i.find(0x29));
  EXPECT_EQ(i.find(0x40), "");
  EXPECT_EQ(i.find(0xffffffff), "");
  EXPECT_EQ(i.find(uint64_t{1} << 40), "");
}

TEST(Dwarf, Version5) {
  const Image i = version5();
  EXPECT_EQ(i.find(0x0f), "");
  EXPECT_EQ(i.find(0x10), "outer /src/a.c:3:5; ");
  EXPECT_EQ(i.find(0x18), "outer /src/a.c:7:5; ");
  EXPECT_EQ(i.find(0x20), "_RNvC1a5inner /src/include/b.h:12:300; outer /src/a.c:44:0; ");
  EXPECT_EQ(i.find(0x28), "outer :0:0; ");
  EXPECT_EQ(i.find(0x33), "_RNvC1a5inner :0:0; outer /src/a.c:44:0; ");
  EXPECT_EQ(i.find(0x34), "outer :0:0; ");
  EXPECT_EQ(i.find(0x40), "");
}

// A unit that does not say which code is its own is found by its lines, of versions 2 and 3 too.
TEST(Dwarf, OnlyLines) {
  for (int version : {2, 3, 4}) {
    Image i;
    lines_v4(i, version);
    declare(i.abbrev, 1, DW_TAG_compile_unit, false,
            {{DW_AT_stmt_list, DW_FORM_data4}, {DW_AT_comp_dir, DW_FORM_string}});
    sized32(i.info, [&](Writer& w) {
      w.fixed(uint16_t{2}), w.fixed(uint32_t{0}), w.u8(4);
      w.u8(1), w.fixed(uint32_t{0}), text(w, "/x");
    });
    EXPECT_EQ(i.find(0x1f), " /x/a.c:7:5; ") << version;
    EXPECT_EQ(i.find(0x40), "") << version;
    EXPECT_EQ(i.find(0), "") << version;
  }
}

TEST(Dwarf, JoinsPaths) {
  EXPECT_EQ(join_path("/a/b", "c.c"), "/a/b/c.c");
  EXPECT_EQ(join_path("/a/b/", "./c.c"), "/a/b/c.c");
  EXPECT_EQ(join_path("/a", "/b/./c"), "/b/c");
  EXPECT_EQ(join_path(".", "x/../c.c"), "x/../c.c");
  EXPECT_EQ(join_path("", "c.c"), "c.c");
  EXPECT_EQ(join_path("/", "c.c"), "/c.c");
  EXPECT_EQ(join_path("/a", "C:\\b\\c.c"), "C:\\b\\c.c");
  EXPECT_EQ(join_path("/a", std::string(5000, 'x')), "");
}

TEST(Dwarf, SplitIsNoticed) {
  Image i;
  declare(i.abbrev, 1, DW_TAG_skeleton_unit, false, {{DW_AT_dwo_name, DW_FORM_string}});
  sized32(i.info, [&](Writer& w) {
    w.fixed(uint16_t{5}), w.u8(DW_UT_skeleton), w.u8(4), w.fixed(uint32_t{0});
    w.fixed(uint64_t{1});
    w.u8(1), text(w, "a.dwo");
  });
  EXPECT_TRUE(Dwarf(i.view(), code).is_split());
  EXPECT_FALSE(Dwarf(version5().view(), code).is_split());
}

// --- hostile

// Asks about every interesting address; what comes back does not matter.
void ask(const Sections& s) {
  Dwarf d(s, code);
  for (uint64_t a = 0; a < 0x48; a += 4) (void)d.find(code + a);
  (void)d.is_split();
}

template <class F>
void for_each_section(Sections& s, F&& f) {
  for (Bytes* b : {&s.info, &s.abbrev, &s.line, &s.str, &s.line_str, &s.str_offsets, &s.addr,
                   &s.ranges, &s.rnglists})
    f(*b);
}

TEST(Dwarf, HostileTruncation) {
  for (const Image& i : {version4(), version5()}) {
    Sections s = i.view();
    for_each_section(s, [&](Bytes& b) {
      const Bytes whole = b;
      for (size_t n = 0; n < whole.size(); ++n) {
        const std::vector<uint8_t> part(whole.begin(),
                                        whole.begin() + static_cast<std::ptrdiff_t>(n));
        b = part;
        ask(s);
      }
      b = whole;
    });
  }
}

TEST(Dwarf, HostileBytes) {
  for (const Image& i : {version4(), version5()}) {
    Sections s = i.view();
    for_each_section(s, [&](Bytes& b) {
      const Bytes whole = b;
      std::vector<uint8_t> changed(whole.begin(), whole.end());
      b = changed;
      for (size_t n = 0; n < changed.size(); ++n)
        for (uint8_t v : {0, 1, 2, 5, 0x11, 0x15, 0x16, 0x21, 0x23, 0x55, 0x7f, 0x80, 0xfe, 0xff}) {
          changed[n] = v;
          ask(s);
          changed[n] = whole[n];
        }
      b = whole;
    });
  }
}

double seconds(const Image& i) {
  const auto begin = std::chrono::steady_clock::now();
  ask(i.view());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

constexpr double bearable = 5;  // with sanitizers and on a busy machine

// `n` units that share one list of `n` ranges.
TEST(Dwarf, HostileSharedRanges) {
  constexpr uint32_t n = 20'000;
  Image i;
  declare(i.abbrev, 1, DW_TAG_compile_unit, false, {{DW_AT_ranges, DW_FORM_sec_offset}});
  for (uint32_t k = 0; k < n; ++k) {
    sized32(i.info, [&](Writer& w) {
      w.fixed(uint16_t{4}), w.fixed(uint32_t{0}), w.u8(4), w.u8(1), w.fixed(uint32_t{0});
    });
    i.ranges.fixed(uint32_t{0x10 + k % 8}), i.ranges.fixed(uint32_t{0x20});
  }
  EXPECT_LT(seconds(i), bearable);
}

// A function whose `n` blocks each have the same list of `n` ranges, none of which matches.
TEST(Dwarf, HostileInlinedRanges) {
  constexpr uint32_t n = 20'000;
  Image i;
  declare(i.abbrev, 1, DW_TAG_compile_unit, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}});
  declare(i.abbrev, 2, DW_TAG_subprogram, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}});
  declare(i.abbrev, 3, DW_TAG_inlined_subroutine, false, {{DW_AT_ranges, DW_FORM_sec_offset}});
  sized32(i.info, [&](Writer& w) {
    w.fixed(uint16_t{4}), w.fixed(uint32_t{0}), w.u8(4);
    w.u8(1), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30});
    w.u8(2), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30});
    for (uint32_t k = 0; k < n; ++k) w.u8(3), w.fixed(uint32_t{0});
  });
  for (uint32_t k = 0; k < n; ++k) i.ranges.fixed(uint32_t{0x90}), i.ranges.fixed(uint32_t{0x91});
  EXPECT_LT(seconds(i), bearable);
}

// Entries nested a million deep.
TEST(Dwarf, HostileDepth) {
  Image i;
  declare(i.abbrev, 1, DW_TAG_compile_unit, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}});
  declare(i.abbrev, 2, DW_TAG_subprogram, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}});
  declare(i.abbrev, 3, DW_TAG_inlined_subroutine, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data1}});
  sized32(i.info, [&](Writer& w) {
    w.fixed(uint16_t{4}), w.fixed(uint32_t{0}), w.u8(4);
    w.u8(1), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30});
    w.u8(2), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30});
    for (int k = 0; k < 1'000'000; ++k) w.u8(3), w.fixed(uint32_t{0x10}), w.u8(0x30);
  });
  EXPECT_LT(seconds(i), bearable);
  EXPECT_LE(Dwarf(i.view(), code).find(code + 0x10).size(), 256u);
}

// Names that refer to themselves, and abbreviations whose entries take no bytes.
TEST(Dwarf, HostileCycles) {
  Image i;
  declare(i.abbrev, 1, DW_TAG_compile_unit, true,
          {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}});
  declare(i.abbrev, 2, DW_TAG_subprogram, false,
          {{DW_AT_low_pc, DW_FORM_addr},
           {DW_AT_high_pc, DW_FORM_data4},
           {DW_AT_specification, DW_FORM_ref4}});
  i.abbrev.leb_u32(3), i.abbrev.leb_u32(DW_TAG_subprogram), i.abbrev.u8(0);
  for (int k = 0; k < 100'000; ++k) i.abbrev.leb_u32(0x3f), i.abbrev.leb_u32(DW_FORM_flag_present);
  i.abbrev.u8(0), i.abbrev.u8(0);
  sized32(i.info, [&](Writer& w) {
    w.fixed(uint16_t{4}), w.fixed(uint32_t{0}), w.u8(4);
    w.u8(1), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30});
    const auto self = static_cast<uint32_t>(w.size() + 4);
    w.u8(2), w.fixed(uint32_t{0x10}), w.fixed(uint32_t{0x30}), w.fixed(self);
    for (int k = 0; k < 100'000; ++k) w.u8(3);
  });
  EXPECT_LT(seconds(i), bearable);
}

// Counts that nothing backs, and instructions that make no rows.
TEST(Dwarf, HostileLines) {
  Image i = version5();
  i.line.clear();
  sized32(i.line, [&](Writer& w) {
    w.fixed(uint16_t{5}), w.u8(4), w.u8(0);
    sized32(w, [&](Writer& h) {
      line_parameters(h, 5);
      h.u8(0), h.leb_u64(~uint64_t{0});
      h.u8(1), h.leb_u32(1), h.leb_u32(DW_FORM_flag_present), h.leb_u64(~uint64_t{0});
    });
    w.u8(0), w.u8(5), w.u8(DW_LNE_set_address), w.fixed(uint32_t{0x10});
    w.u8(DW_LNS_copy);
    for (int k = 0; k < 2'000'000; ++k) w.u8(6);
    w.u8(DW_LNS_advance_pc), w.leb_u32(0x30);
    w.u8(0), w.u8(1), w.u8(DW_LNE_end_sequence);
  });
  EXPECT_LT(seconds(i), bearable);
}

TEST(Dwarf, CodeSectionOffset) {
  Writer m;
  const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 2, 1, 0, 10, 3, 1, 1, 0};
  m.bytes(head);
  EXPECT_EQ(code_section_offset(m.view()), 14u);
  EXPECT_EQ(code_section_offset(m.view().first(16)), 0u);
  EXPECT_EQ(code_section_offset(m.view().first(12)), 0u);
  EXPECT_EQ(code_section_offset({}), 0u);
}

}  // namespace
}  // namespace nacre::debug
