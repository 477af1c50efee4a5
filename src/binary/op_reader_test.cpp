// SPDX-License-Identifier: Apache-2.0
#include "binary/op_reader.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "base/writer.hpp"
#include "binary/errors.hpp"

namespace nacre::binary {
namespace {

using wasm::Feature;
using wasm::Features;
using wasm::Op;
using List = std::vector<uint8_t>;

// A module with one function type [] -> [] and one struct type.
wasm::Module two_types(Features features = Features::all()) {
  wasm::Module m;
  m.features = features;
  m.types.push_back(m.type_table.add_func({}, {}));
  wasm::SubTypeDef s;
  s.kind = wasm::CompositeKind::struct_;
  m.types.push_back(m.type_table.add_group({&s, 1}));
  return m;
}

// Shortest immediates of every kind.
List immediates_of(wasm::Imm imm) {
  using wasm::Imm;
  switch (imm) {
    case Imm::none:
      return {};
    case Imm::block:
      return {0x40};
    case Imm::labels:
      return {2, 0, 1, 0};
    case Imm::call_indirect:
    case Imm::struct_field:
    case Imm::array_fixed:
    case Imm::array_data:
    case Imm::array_elem:
    case Imm::array_copy:
    case Imm::memarg:
    case Imm::table_copy:
    case Imm::table_init:
    case Imm::memory_copy:
    case Imm::memory_init:
      return {0, 0};
    case Imm::memarg_lane:
      return {0, 0, 0};
    case Imm::f32:
      return List(4, 0);
    case Imm::f64:
      return List(8, 0);
    case Imm::v128:
    case Imm::shuffle:
      return List(16, 0);
    case Imm::select_types:
      return {1, 0x7f};
    case Imm::cast_label:
      return {3, 0, 0x6e, 0x6c};
    case Imm::try_table:
      return {0x40, 2, 0, 0, 0, 2, 0};
    case Imm::heap_type:
      return {0x70};
    default:
      return {0};
  }
}

List encoding_of(Op op) {
  const wasm::OpInfo& info = op_info(op);
  Writer w;
  if (info.code < 0x100) {
    w.u8(static_cast<uint8_t>(info.code));
  } else {
    w.u8(static_cast<uint8_t>(info.code >> 16));
    w.leb_u32(info.code & 0xffff);
  }
  w.bytes(immediates_of(info.imm));
  return w.take();
}

TEST(OpReader, EveryInstructionIsReadWhole) {
  const wasm::Module m = two_types();
  for (unsigned i = 0; i < wasm::op_count; ++i) {
    const Op op = static_cast<Op>(i);
    const List code = encoding_of(op);
    OpReader r(m, code, 0);
    Instr in;
    ASSERT_TRUE(r.next(in)) << op_info(op).text << ": " << r.error().message;
    EXPECT_EQ(in.op, op);
    EXPECT_TRUE(r.at_end() && !r.failed()) << op_info(op).text;
    // And no prefix of it is.
    for (size_t n = 0; n < code.size(); ++n) {
      OpReader cut(m, Bytes(code).first(n), 0);
      EXPECT_FALSE(cut.next(in)) << op_info(op).text << " cut to " << n;
      EXPECT_EQ(cut.error().kind, ErrorKind::malformed);
    }
  }
}

TEST(OpReader, EveryInstructionNeedsItsFeature) {
  for (unsigned i = 0; i < wasm::op_count; ++i) {
    const Op op = static_cast<Op>(i);
    const Feature feature = op_info(op).feature;
    Features without = Features::all().without(feature);
    if (op == Op::throw_) without = without.without(Feature::legacy_exceptions);
    const wasm::Module m = two_types(without);
    const List code = encoding_of(op);
    OpReader r(m, code, 7);
    Instr in;
    ASSERT_FALSE(r.next(in)) << op_info(op).text;
    EXPECT_EQ(r.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(std::string_view(r.error().message), switched_off(op_info(op).text, feature));
    EXPECT_EQ(r.error().offset, 7u);
  }
}

TEST(OpReader, ThrowServesEitherProposal) {
  const List code{0x08, 0};
  for (Feature f : {Feature::exceptions, Feature::legacy_exceptions}) {
    const wasm::Module m = two_types(Features::wasm2().with(f));
    OpReader r(m, code, 0);
    Instr in;
    EXPECT_TRUE(r.next(in));
  }
}

// The instruction of `code`, which stays alive: vectors are left in place.
Instr read(const wasm::Module& m, List bytes) {
  static std::deque<List> kept;
  const List& code = kept.emplace_back(std::move(bytes));
  OpReader r(m, code, 0);
  Instr in;
  EXPECT_TRUE(r.next(in));
  EXPECT_TRUE(r.at_end());
  return in;
}

std::string error_of(const wasm::Module& m, const List& code) {
  OpReader r(m, code, 0);
  Instr in;
  return r.next(in) ? "accepted" : r.error().message;
}

TEST(OpReader, Immediates) {
  const wasm::Module m = two_types();
  EXPECT_EQ(read(m, {0x41, 0x7f}).bits, 0xffffffffu);
  EXPECT_EQ(read(m, {0x42, 0x7f}).bits, ~uint64_t{0});
  EXPECT_EQ(read(m, {0x43, 1, 0, 0, 0x80}).bits, 0x80000001u);
  EXPECT_EQ(read(m, {0x20, 0x85, 0x01}).index, 133u);
  const Instr load = read(m, {0x28, 0x42, 3, 0x80, 0x80, 0x80, 0x80, 0x10});
  EXPECT_EQ(load.align_log2, 2);
  EXPECT_EQ(load.index, 3u);
  EXPECT_EQ(load.bits, uint64_t{1} << 32);
  const Instr lane = read(m, {0xfd, 0x54, 0x00, 0x09, 0x0f});
  EXPECT_EQ(lane.bits, 9u);
  EXPECT_EQ(lane.lane, 15);
  const Instr table = read(m, {0x0e, 2, 0x81, 0x00, 5, 7});
  EXPECT_EQ(table.count, 2u);
  std::vector<uint32_t> labels;
  for (LabelCursor c(table); !c.done();) labels.push_back(c.next());
  EXPECT_EQ(labels, (std::vector<uint32_t>{1, 5, 7}));
  const Instr handlers = read(m, {0x1f, 0x7f, 3, 0, 4, 1, 1, 5, 2, 3, 6});
  EXPECT_EQ(handlers.block.form, BlockType::Form::value);
  EXPECT_EQ(handlers.block.value, wasm::i32_type);
  CatchCursor c(handlers);
  EXPECT_EQ(c.next().tag, 4u);
  const CatchClause second = c.next();
  EXPECT_EQ(second.kind, 1);
  EXPECT_EQ(second.label, 2u);
  EXPECT_EQ(c.next().label, 6u);
  EXPECT_TRUE(c.done());
  const Instr block = read(m, {0x02, 0x00});
  EXPECT_EQ(block.block.type, m.types[0]);
  const Instr cast = read(m, {0xfb, 0x18, 2, 1, 0x6e, 1});
  EXPECT_FALSE(cast.value.nullable());
  EXPECT_TRUE(cast.value2.nullable());
  EXPECT_EQ(cast.value2.heap().type(), m.types[1]);
  EXPECT_EQ(cast.heap_index2, 1u);
}

TEST(OpReader, Faults) {
  const wasm::Module m = two_types();
  EXPECT_EQ(error_of(m, {0xff}), "illegal opcode ff");
  EXPECT_EQ(error_of(m, {0xfc, 0x7f}), "illegal opcode fc 7f");
  EXPECT_EQ(error_of(m, {0xfd, 0xff, 0xff, 0xff, 0xff, 0x0f}), "illegal opcode fd ffffffff");
  EXPECT_EQ(error_of(m, {0x28, 0x80, 0x01, 0}), "malformed memop flags: 128");
  EXPECT_EQ(error_of(m, {0x02, 0x02}), "unknown type 2");
  EXPECT_EQ(error_of(m, {0x02, 0x01}), "type mismatch: type 1 is not a function type");
  EXPECT_EQ(error_of(m, {0x02, 0x41}), "malformed value type: 0x41");
  EXPECT_EQ(error_of(m, {0x11, 9, 0}), "unknown type 9");
  EXPECT_EQ(error_of(m, {0xd0, 0x40}), "malformed heap type: -64");
  EXPECT_EQ(error_of(m, {0xfb, 0x18, 4, 0, 0x6e, 0x6e}), "malformed cast flags: 0x04");
  EXPECT_EQ(error_of(m, {0x1f, 0x40, 1, 4, 0}), "malformed catch clause: 0x04");
  EXPECT_EQ(error_of(m, {0xfe, 0x03, 1}), "zero byte expected: 0x01");
  EXPECT_EQ(error_of(m, {0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f}), "length out of bounds");
  const wasm::Module two = two_types(Features::wasm2()), one = two_types(Features::wasm1());
  EXPECT_EQ(error_of(two, {0x3f, 1}),
            switched_off("memory.size with a memory index", Feature::multi_memory));
  EXPECT_EQ(error_of(two, {0x3f, 0x80, 0x00}),
            switched_off("memory.size with a memory index", Feature::multi_memory));
  EXPECT_EQ(error_of(one, {0x11, 0, 1}),
            switched_off("call_indirect with a table index", Feature::ref_types));
  EXPECT_EQ(error_of(two, {0x11, 0, 1}), "accepted");
  EXPECT_EQ(error_of(two, {0x28, 0x20, 0}), "malformed memop flags: 32");
  EXPECT_EQ(error_of(one, {0x02, 0x00}),
            switched_off("a block of a function type", Feature::multi_value));
  EXPECT_EQ(error_of(one, {0x02, 0x02}), "invalid value type: 0x02");
  EXPECT_EQ(error_of(two, {0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x10}), "integer too large");
}

TEST(OpReader, StaysFailed) {
  const wasm::Module m = two_types();
  const List code{0xff, 0x01};
  OpReader r(m, code, 0);
  Instr in;
  EXPECT_FALSE(r.next(in));
  EXPECT_FALSE(r.next(in));
  EXPECT_EQ(r.error().message, "illegal opcode ff");
}

TEST(Errors, AMissingEndIsWordedByWhatFollows) {
  wasm::Module m;
  m.features = Features::all();
  const List bytes{0x0b, 0x05};
  m.bytes = bytes;
  EXPECT_EQ(missing_end_error(m, 0).message.rfind("section size mismatch", 0), 0u);
  EXPECT_EQ(missing_end_error(m, 1).message.rfind("END opcode expected", 0), 0u);
  EXPECT_EQ(missing_end_error(m, 2).message, "unexpected end of section or function");
}

}  // namespace
}  // namespace nacre::binary
