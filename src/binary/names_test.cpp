// SPDX-License-Identifier: Apache-2.0
#include "binary/names.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/writer.hpp"
#include "binary/branch_hints.hpp"
#include "binary/decode.hpp"
#include "text/parse.hpp"

namespace nacre::binary {
namespace {

using List = std::vector<uint8_t>;

List part(uint8_t id, const List& contents) {
  Writer w;
  w.u8(id);
  w.sized(contents);
  return w.take();
}

List join(std::initializer_list<List> parts) {
  List all;
  for (const List& p : parts) all.insert(all.end(), p.begin(), p.end());
  return all;
}

TEST(Names, OfEveryKind) {
  const List bytes = join({part(0, {1, 'm'}), part(1, {2, 0, 1, 'f', 3, 2, 'g', 'g'}),
                           part(2, {1, 3, 2, 0, 1, 'x', 1, 1, 'y'}), part(4, {1, 2, 1, 't'}),
                           part(10, {1, 2, 1, 0, 1, 'q'}), part(11, {1, 0, 1, 'e'})});
  EXPECT_TRUE(check_name_section(bytes, 0).has_value());
  const NameSection names = NameSection::parse(bytes);
  EXPECT_EQ(names.module_name(), "m");
  const NameMap funcs = names.names(NameKind::function);
  EXPECT_EQ(funcs.find(0), "f");
  EXPECT_EQ(funcs.find(3), "gg");
  EXPECT_EQ(funcs.find(1), "");
  const IndirectNameMap locals = names.indirect_names(NameKind::local);
  EXPECT_EQ(locals.find(3).find(1), "y");
  EXPECT_TRUE(locals.find(0).empty());
  EXPECT_EQ(names.names(NameKind::type).find(2), "t");
  EXPECT_EQ(names.indirect_names(NameKind::field).find(2).find(0), "q");
  EXPECT_EQ(names.names(NameKind::tag).find(0), "e");
  EXPECT_TRUE(names.names(NameKind::global).empty());
}

TEST(Names, BrokenSectionsGiveWhatTheyCan) {
  // Out of order, a repeated index, an empty and an ill-formed name, and a count too many.
  const List bytes = part(1, {7, 5, 1, 'b', 2, 1, 'a', 2, 1, 'z', 6, 0, 7, 1, 0xff, 9, 1, 'k'});
  const NameMap funcs = NameSection::parse(bytes).names(NameKind::function);
  EXPECT_EQ(funcs.entries().size(), 3u);
  EXPECT_EQ(funcs.find(2), "a");
  EXPECT_EQ(funcs.find(5), "b");
  EXPECT_EQ(funcs.find(9), "k");
  EXPECT_FALSE(check_name_section(bytes, 0).has_value());
}

TEST(Names, ChecksAreStrict) {
  const auto error = [](const List& bytes) {
    const auto r = check_name_section(bytes, 100);
    return r ? String() : r.error().message + " @" + std::to_string(r.error().offset);
  };
  const std::string prefix = "malformed name section: ";
  EXPECT_EQ(error({}), "");
  EXPECT_EQ(error(part(99, {1, 2, 3})), "");
  EXPECT_EQ(error(part(1, {2, 1, 1, 'a', 1, 1, 'b'})), prefix + "indices out of order @106");
  EXPECT_EQ(error(part(0, {1, 0xff})), prefix + "malformed UTF-8 encoding @103");
  EXPECT_EQ(error(part(0, {1, 'a', 'b'})), prefix + "subsection size mismatch @104");
  EXPECT_EQ(error(part(1, {2, 0, 1, 'a'})), prefix + "unexpected end @102");
  EXPECT_EQ(error(join({part(1, {0}), part(0, {0})})), prefix + "subsections out of order @103");
  EXPECT_EQ(error(join({part(1, {0}), part(1, {0})})), prefix + "subsections out of order @103");
}

TEST(Names, EveryPrefixAndBitFlipIsHandled) {
  List bytes = join({part(0, {1, 'm'}), part(1, {2, 0, 1, 'f', 3, 2, 'g', 'g'}),
                     part(2, {1, 3, 2, 0, 1, 'x', 1, 1, 'y'}), part(3, {1, 0, 1, 0, 1, 'l'})});
  const auto look = [](Bytes b) {
    const NameSection names = NameSection::parse(b);
    for (uint8_t k = 0; k < static_cast<uint8_t>(NameKind::count); ++k) {
      const auto kind = static_cast<NameKind>(k);
      if (kind == NameKind::local || kind == NameKind::label || kind == NameKind::field)
        (void)names.indirect_names(kind).find(3).find(1);
      else if (kind != NameKind::module) (void)names.names(kind).find(3);
    }
    (void)names.module_name();
    (void)check_name_section(b, 0);
  };
  for (size_t n = 0; n <= bytes.size(); ++n) look(Bytes(bytes).first(n));
  for (size_t i = 0; i < 8 * bytes.size(); ++i) {
    bytes[i / 8] ^= static_cast<uint8_t>(1u << i % 8);
    look(bytes);
    bytes[i / 8] ^= static_cast<uint8_t>(1u << i % 8);
  }
}

// A module with one function whose body has an `if` at offset 3, and the given hints.
List hinted(const List& hints) {
  List bytes = text::wat_to_wasm("(module (func local.get 0 if end))").value();
  Writer w;
  w.bytes(bytes);
  w.u8(0);
  const size_t at = w.reserve_size();
  w.name(branch_hint_section);
  w.bytes(hints);
  w.close_size(at);
  return w.take();
}

std::string hint_error(const List& hints) {
  const List bytes = hinted(hints);
  const auto module = decode(bytes, nullptr);
  if (!module) return module.error().message;
  const auto r = check_branch_hints(*module);
  return r ? ""
           : (r.error().kind == ErrorKind::invalid ? "invalid: " : "malformed: ") +
                 r.error().message;
}

TEST(BranchHints, BelongToConditionalBranches) {
  const std::string prefix = "@metadata.code.branch_hint annotation: ";
  EXPECT_EQ(hint_error({1, 0, 1, 3, 1, 1}), "");
  EXPECT_EQ(hint_error({1, 0, 1, 1, 1, 1}), "invalid: " + prefix + "invalid target");
  EXPECT_EQ(hint_error({1, 0, 1, 2, 1, 1}), "invalid: " + prefix + "invalid target");
  EXPECT_EQ(hint_error({1, 0, 1, 99, 1, 1}), "invalid: " + prefix + "invalid target");
  EXPECT_EQ(hint_error({1, 7, 1, 3, 1, 1}), "invalid: " + prefix + "invalid target");
  EXPECT_EQ(hint_error({1, 0, 2, 3, 1, 1, 3, 1, 1}),
            "malformed: " + prefix + "duplicate annotation");
  EXPECT_EQ(hint_error({1, 0, 1, 3, 1, 2}), "malformed: " + prefix + "malformed hint");
  EXPECT_EQ(hint_error({1, 0, 1, 3, 1}), "malformed: " + prefix + "unexpected end");
  EXPECT_EQ(hint_error({1, 0, 1, 3, 1, 1, 0}), "malformed: " + prefix + "section size mismatch");
}

}  // namespace
}  // namespace nacre::binary
