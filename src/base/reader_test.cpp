// SPDX-License-Identifier: Apache-2.0
#include "base/reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "base/writer.hpp"

namespace nacre {
namespace {

using List = std::vector<uint8_t>;

TEST(Reader, UnsignedLebOfEveryLength) {
  for (uint64_t v : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{16383}, uint64_t{16384},
                     uint64_t{0xffffffff}, uint64_t{1} << 63, ~uint64_t{0}}) {
    Writer w;
    w.leb_u64(v);
    Reader r(w.view());
    EXPECT_EQ(r.leb_u64(), v);
    EXPECT_TRUE(r.ok() && r.at_end());
    if (v > 0xffffffff) continue;
    Reader r32(w.view());
    EXPECT_EQ(r32.leb_u32(), v);
    EXPECT_TRUE(r32.ok() && r32.at_end());
  }
}

TEST(Reader, SignedLebOfEveryLength) {
  for (int64_t v : {int64_t{0}, int64_t{-1}, int64_t{63}, int64_t{64}, int64_t{-64}, int64_t{-65},
                    int64_t{8191}, int64_t{-8193}, int64_t{INT32_MAX}, int64_t{INT32_MIN},
                    int64_t{1} << 32, INT64_MAX, INT64_MIN}) {
    Writer w;
    w.leb_s64(v);
    Reader r(w.view());
    EXPECT_EQ(r.leb_s64(), v);
    EXPECT_TRUE(r.ok() && r.at_end());
    if (v == static_cast<int32_t>(v)) {
      Reader r32(w.view());
      EXPECT_EQ(r32.leb_s32(), v);
      EXPECT_TRUE(r32.ok());
    }
    if (v >= -(int64_t{1} << 32) && v < int64_t{1} << 32) {
      Reader r33(w.view());
      EXPECT_EQ(r33.leb_s33(), v);
      EXPECT_TRUE(r33.ok());
    }
  }
}

struct BadLeb {
  const char* kind;
  List bytes;
  ReadFault fault;
};

TEST(Reader, LebFaults) {
  const BadLeb cases[] = {
      {"u32", {0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, ReadFault::leb_too_long},
      {"u32", {0xff, 0xff, 0xff, 0xff, 0x1f}, ReadFault::leb_too_large},
      {"u32", {0x80, 0x80}, ReadFault::unexpected_end},
      {"u32", {}, ReadFault::unexpected_end},
      {"s32", {0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, ReadFault::leb_too_long},
      {"s32", {0xff, 0xff, 0xff, 0xff, 0x0f}, ReadFault::leb_too_large},
      {"s32", {0x80, 0x80, 0x80, 0x80, 0x70}, ReadFault::leb_too_large},
      {"u64",
       {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
       ReadFault::leb_too_large},
      {"u64",
       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
       ReadFault::leb_too_long},
      {"s64",
       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7e},
       ReadFault::leb_too_large},
      {"s64",
       {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
       ReadFault::leb_too_long},
      {"s33", {0x80, 0x80, 0x80, 0x80, 0x20}, ReadFault::leb_too_large},
  };
  for (const BadLeb& c : cases) {
    Reader r(c.bytes, 100);
    const std::string kind = c.kind;
    if (kind == "u32") r.leb_u32();
    else if (kind == "s32") r.leb_s32();
    else if (kind == "u64") r.leb_u64();
    else if (kind == "s64") r.leb_s64();
    else r.leb_s33();
    EXPECT_EQ(r.fault(), c.fault) << kind << " of " << c.bytes.size();
    EXPECT_EQ(r.fault_offset(), c.fault == ReadFault::unexpected_end ? 100 + c.bytes.size() : 100);
    EXPECT_TRUE(r.at_end());
  }
}

TEST(Reader, LongestAllowedForms) {
  const List u32{0x80, 0x80, 0x80, 0x80, 0x00}, minus_one{0xff, 0xff, 0xff, 0xff, 0x7f},
      u64{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
  Reader a(u32), b(minus_one), c(u64), d(minus_one);
  EXPECT_EQ(a.leb_u32(), 0u);
  EXPECT_EQ(b.leb_s32(), -1);
  EXPECT_EQ(c.leb_u64(), ~uint64_t{0});
  EXPECT_EQ(d.leb_s33(), -1);
  EXPECT_TRUE(a.ok() && b.ok() && c.ok() && d.ok());
}

TEST(Reader, KeepsTheFirstFault) {
  const List bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 1, 2, 3};
  Reader r(bytes);
  EXPECT_EQ(r.leb_u32(), 0u);
  EXPECT_EQ(r.u8(), 0);
  EXPECT_EQ(r.fixed<uint32_t>(), 0u);
  EXPECT_EQ(r.fault(), ReadFault::leb_too_long);
  EXPECT_EQ(r.fault_offset(), 0u);
}

TEST(Reader, CountsAreBoundedByWhatIsLeft) {
  const List bytes{4, 1, 2, 3, 4, 5, 6, 7, 8};
  Reader fits(bytes), too_many(bytes);
  EXPECT_EQ(fits.count(2), 4u);
  EXPECT_EQ(too_many.count(3), 0u);
  EXPECT_EQ(too_many.fault(), ReadFault::count_too_large);
}

TEST(Reader, NamesAreStrictUtf8) {
  const List good{5, 'a', 0xc3, 0xa9, 'b', 'c'}, bad{3, 'a', 0xc3, 'b'}, longer{9, 'a'},
      just{2, 'a'};
  Reader r(good), s(bad, 10), t(longer), u(just);
  EXPECT_EQ(r.name(),
            "a\xc3\xa9"
            "bc");
  s.name();
  EXPECT_EQ(s.fault(), ReadFault::bad_utf8);
  EXPECT_EQ(s.fault_offset(), 12u);
  t.name();
  EXPECT_EQ(t.fault(), ReadFault::count_too_large);
  u.name();
  EXPECT_EQ(u.fault(), ReadFault::unexpected_end);
}

TEST(Utf8, AcceptsExactlyTheEncodingsOfCodePoints) {
  size_t good = 0;
  for (uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::string s;
    utf8_append(s, c);
    size_t at = 0;
    ASSERT_TRUE(is_utf8(s)) << c;
    ASSERT_EQ(utf8_next(s, at), c);
    ASSERT_EQ(at, s.size());
    ++good;
  }
  // Every two-byte string, by the count of valid ones: ASCII pairs and two-byte sequences.
  size_t pairs = 0;
  for (unsigned i = 0; i < 0x10000; ++i) {
    const char s[2] = {static_cast<char>(i >> 8), static_cast<char>(i)};
    pairs += is_utf8({s, 2});
  }
  EXPECT_EQ(pairs, 128u * 128u + (0x800u - 0x80u));
  size_t triples = 0;
  for (unsigned i = 0; i < 0x1000000; i += 1) {
    if (i >> 16 < 0xe0 || i >> 16 > 0xef) continue;
    const char s[3] = {static_cast<char>(i >> 16), static_cast<char>(i >> 8), static_cast<char>(i)};
    triples += is_utf8({s, 3});
  }
  EXPECT_EQ(triples, 0x10000u - 0x800u - 0x800u);
  EXPECT_EQ(good, 0x110000u - 0x800u);
}

TEST(Utf8, RejectsLongSequences) {
  for (const char* s :
       {"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe",
        "\x80", "aaaaaaaa\xff", "aaaaaaaaa\xe2\x82"})
    EXPECT_FALSE(is_utf8(s)) << s;
  EXPECT_EQ(utf8_error("aaaaaaaaaaaa\xff"), 12u);
}

TEST(Writer, SizesArePatched) {
  Writer w;
  const size_t a = w.reserve_size();
  w.chars("abc");
  w.patch_size(a);
  EXPECT_EQ(w.data(), (List{0x83, 0x80, 0x80, 0x80, 0x00, 'a', 'b', 'c'}));
  w.clear();
  const size_t b = w.reserve_size();
  w.bytes(List(200, 7));
  w.close_size(b);
  EXPECT_EQ(w.size(), 202u);
  EXPECT_EQ(w.data()[0], 0xc8);
  EXPECT_EQ(w.data()[1], 0x01);
  EXPECT_EQ(w.data()[2], 7);
}

TEST(Writer, FixedIsLittleEndian) {
  Writer w;
  w.fixed<uint32_t>(0x01020304);
  w.fixed<double>(1.0);
  EXPECT_EQ(w.data(), (List{4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f}));
}

}  // namespace
}  // namespace nacre
