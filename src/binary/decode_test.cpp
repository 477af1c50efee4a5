// SPDX-License-Identifier: Apache-2.0
#include "binary/decode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/writer.hpp"
#include "binary/branch_hints.hpp"
#include "binary/encode.hpp"
#include "binary/errors.hpp"
#include "binary/names.hpp"
#include "binary/op_reader.hpp"
#include "text/parse.hpp"
#include "text/print.hpp"

namespace nacre::binary {
namespace {

using wasm::Feature;
using wasm::Features;
using List = std::vector<uint8_t>;

List module_with(std::initializer_list<List> sections) {
  List out{0, 'a', 's', 'm', 1, 0, 0, 0};
  for (const List& s : sections) out.insert(out.end(), s.begin(), s.end());
  return out;
}

// A section from its contents.
List section(uint8_t id, const List& contents) {
  Writer w;
  w.u8(id);
  w.sized(contents);
  return w.take();
}

Error decode_error(const List& bytes, Features features = Features::all(),
                   wasm::Limits limits = {}) {
  const auto result = decode(bytes, nullptr, {features, limits});
  return result ? make_error(ErrorKind::io, "accepted") : result.error();
}

wasm::Module decode_text(const char* source, List& bytes) {
  bytes = text::wat_to_wasm(source).value();
  return decode(bytes, nullptr).value();
}

// Modules that between them have every kind of section, type, segment and immediate.
const char* const seeds[] = {
    R"((module))",
    R"((module $m (@custom "first" (before first) "x")
      (type $f (func (param i32 i64) (result f32 f64))) (type $g (func))
      (import "a" "f" (func $imported (type $g))) (import "a" "t" (table 1 2 funcref))
      (import "a" "m" (memory 1 3)) (import "a" "g" (global i32)) (import "a" "e" (tag (type $g)))
      (func $one (type $f) (local i32 v128) f32.const 1 f64.const nan:0x4)
      (table $t i64 1 externref) (table 3 (ref func) (ref.func $imported))
      (memory $n i64 1 2) (memory $s 1 1 shared) (global $v (mut i64) (i64.const -5))
      (tag (param i32)) (export "one" (func $one)) (export "mem" (memory $n))
      (start $imported) (elem (i32.const 0) $imported) (elem func $one)
      (elem declare func $one) (elem (table $t) (offset i64.const 0) externref (ref.null extern))
      (elem funcref (ref.func $one) (ref.null func))
      (data (i32.const 1) "hello") (data "passive") (data (memory $n) (i64.const 4) "\00\ff")
      (@custom "last" "y")))",
    R"((module (rec (type $l (sub (struct (field $next (mut (ref null $l))) (field i8))))
               (type $a (array (mut i16))))
      (type $m (sub final $l (struct (field (mut (ref null $l))) (field i8) (field v128))))
      (func (param anyref) (result (ref null $l)) block $done (result (ref null $l))
        local.get 0 br_on_cast $done anyref (ref null $l) drop ref.null $l end)
      (func (param i32) (result i32) (ref.test (ref $m) (struct.new_default $m)))
      (func (drop (array.new_fixed $a 2 (i32.const 1) (i32.const 2))) (array.copy $a $a
        (ref.null $a) (i32.const 0) (ref.null $a) (i32.const 0) (i32.const 0)))))",
    R"((module (memory 1) (memory $two 1) (table $t 1 funcref) (tag $e (param i32)) (data $d "abc")
      (elem $s funcref (ref.null func))
      (func (param i32) (result i32)
        block $b (result i32) try_table (result i32) (catch $e $b) (catch_all 1)
          local.get 0 throw $e end end
        (if (result i32) (then i32.const 1) (else i32.const 2)) drop
        loop br_table 0 1 0 (local.get 0) end
        (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))
      (func try nop catch $e drop catch_all rethrow 0 end try delegate 0)
      (func (memory.init $two $d (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop $d)
        (memory.copy $two 0 (i32.const 0) (i32.const 0) (i32.const 0))
        (table.init $t $s (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop $s)
        (drop (i32.load $two offset=300 align=1 (i32.const 0)))
        (v128.store8_lane offset=4 3 (i32.const 0) (v128.const i32x4 1 2 3 4))
        (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
          (v128.const i64x2 0 0) (v128.const i64x2 0 0)))
        (drop (memory.grow (i32.const 1))) (atomic.fence) (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
        (call_indirect (param) (i32.const 0)))))",
};

// Uses everything that reads a decoded module without having validated it.
void exercise(const List& bytes) {
  const auto result = decode(bytes, nullptr);
  if (!result) {
    ASSERT_FALSE(result.error().message.empty());
    ASSERT_LE(result.error().offset, bytes.size());
    return;
  }
  const List again = encode(*result);
  const auto second = decode(again, nullptr);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  ASSERT_EQ(encode(*second), again);
  ASSERT_FALSE(text::print_module(*result).empty());
  (void)check_branch_hints(*result);
}

TEST(Decode, SeedsHaveWhatTheyDeclare) {
  List bytes;
  const wasm::Module m = decode_text(seeds[1], bytes);
  EXPECT_EQ(m.imports.size(), 5u);
  EXPECT_EQ(m.funcs.size(), 2u);
  EXPECT_EQ(m.num_imported_funcs, 1u);
  ASSERT_EQ(m.tables.size(), 3u);
  EXPECT_TRUE(m.tables[1].type.limits.is64);
  EXPECT_FALSE(m.tables[2].init.code.empty());
  ASSERT_EQ(m.memories.size(), 3u);
  EXPECT_TRUE(m.memories[1].limits.is64);
  EXPECT_TRUE(m.memories[2].limits.shared);
  EXPECT_EQ(m.tags.size(), 2u);
  EXPECT_EQ(m.exports.size(), 2u);
  EXPECT_EQ(m.start, 0u);
  ASSERT_EQ(m.elems.size(), 5u);
  EXPECT_EQ(m.elems[2].mode, wasm::SegmentMode::declarative);
  EXPECT_EQ(m.elems[3].table, 1u);
  EXPECT_EQ(m.elems[4].exprs.size(), 2u);
  ASSERT_EQ(m.datas.size(), 3u);
  EXPECT_EQ(m.datas[2].memory, 1u);
  ASSERT_GE(m.customs.size(), 2u);
  EXPECT_EQ(m.customs[0].after, 0);
}

TEST(Decode, EveryPrefixIsHandled) {
  for (const char* seed : seeds) {
    const List bytes = text::wat_to_wasm(seed).value();
    for (size_t n = 0; n <= bytes.size(); ++n)
      exercise(List(bytes.begin(), bytes.begin() + static_cast<long>(n)));
  }
}

TEST(Decode, EveryBitFlipIsHandled) {
  for (const char* seed : seeds) {
    List bytes = text::wat_to_wasm(seed).value();
    for (size_t i = 0; i < 8 * bytes.size(); ++i) {
      bytes[i / 8] ^= static_cast<uint8_t>(1u << i % 8);
      exercise(bytes);
      bytes[i / 8] ^= static_cast<uint8_t>(1u << i % 8);
    }
  }
}

TEST(Decode, EveryByteBecomesFfOrZero) {
  for (const char* seed : seeds) {
    List bytes = text::wat_to_wasm(seed).value();
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (uint8_t value : {0x00, 0x40, 0x7f, 0x80, 0xff}) {
        const uint8_t old = bytes[i];
        bytes[i] = value;
        exercise(bytes);
        bytes[i] = old;
      }
    }
  }
}

struct Case {
  List bytes;
  ErrorKind kind;
  const char* message;
  uint64_t offset;
};

TEST(Decode, ErrorsSayWhatAndWhere) {
  const ErrorKind malformed = ErrorKind::malformed, invalid = ErrorKind::invalid;
  const Case cases[] = {
      {{}, malformed, "unexpected end", 0},
      {{0, 'a', 's'}, malformed, "unexpected end", 3},
      {{0, 'a', 's', 'M', 1, 0, 0, 0}, malformed, "magic header not detected", 0},
      {{0, 'a', 's', 'm', 2, 0, 0, 0}, malformed, "unknown binary version", 4},
      {{0, 'a', 's', 'm', 0x0d, 0, 1, 0},
       ErrorKind::unsupported,
       "this is a WebAssembly component",
       4},
      {module_with({{0x0e, 0}}), malformed, "malformed section id", 8},
      {module_with({{1, 5, 0}}), malformed, "length out of bounds", 9},
      {module_with({section(1, {0, 0})}), malformed, "section size mismatch", 11},
      // An expression whose end is in a later section: i32.const 0, then a section with 0x0b in it.
      {module_with({section(6, {1, 0x7f, 0, 0x41, 0}), section(8, {0x0b})}), malformed,
       "END opcode expected", 15},
      {module_with({{6, 5, 1, 0x7f, 0, 0x41, 0, 0x0b}}), malformed, "section size mismatch", 15},
      {module_with({section(3, {0}), section(1, {0})}), malformed,
       "unexpected content after last section", 11},
      {module_with({section(1, {1, 0x61})}), malformed, "malformed definition type", 11},
      {module_with({section(1, {1, 0x60, 1, 0x11, 0})}), malformed, "malformed value type", 13},
      {module_with({section(1, {1, 0x60, 1, 0x63, 5, 0})}), invalid, "unknown type 5", 14},
      {module_with({section(1, {1, 0x5f, 1, 0x7f, 2})}), malformed, "malformed mutability", 14},
      {module_with({section(1, {1, 0x50, 1, 0, 0x5f, 0})}), invalid, "unknown type 0", 13},
      {module_with({section(1, {1, 0x50, 2, 0, 0, 0x5f, 0})}), invalid, "sub type", 12},
      {module_with({section(3, {1, 0})}), invalid, "unknown type 0", 11},
      {module_with({section(1, {1, 0x5f, 0}), section(3, {1, 0})}), invalid, "type mismatch", 16},
      {module_with({section(2, {1, 0, 0, 5})}), malformed, "malformed import kind", 13},
      {module_with({section(2, {1, 1, 0xff, 0, 0})}), malformed, "malformed UTF-8 encoding", 12},
      {module_with({section(4, {1, 0x7f, 0, 0})}), malformed, "malformed reference type", 11},
      {module_with({section(4, {1, 0x70, 0x08, 0})}), malformed, "malformed limits flags", 12},
      {module_with({section(5, {1, 0x10, 0})}), malformed, "malformed limits flags", 11},
      {module_with({section(5, {1, 0x08, 0, 0x41})}), malformed, "invalid custom page size", 13},
      {module_with({section(5, {1, 0x08, 0, 0x01})}), invalid, "invalid custom page size", 13},
      {module_with({section(13, {1, 1, 0})}), malformed, "malformed tag attribute", 11},
      {module_with({section(6, {1, 0x7f, 2, 0x41, 0, 0x0b})}), malformed, "malformed mutability",
       12},
      {module_with({section(6, {1, 0x7f, 0, 0xff, 0x0b})}), malformed, "illegal opcode ff", 13},
      {module_with({section(6, {1, 0x7f, 0, 0x41, 0})}), malformed,
       "unexpected end of section or function", 15},
      {module_with({section(7, {1, 0, 9, 0})}), malformed, "malformed export kind", 12},
      {module_with({section(7, {2, 1, 'a', 0, 0, 1, 'a', 0, 0})}), invalid, "duplicate export name",
       16},
      {module_with({section(9, {1, 8})}), malformed, "malformed segment kind", 11},
      {module_with({section(9, {1, 1, 1, 0})}), malformed, "malformed element kind", 12},
      {module_with({section(11, {1, 3})}), malformed, "malformed segment kind", 11},
      {module_with({section(1, {1, 0x60, 0, 0}), section(3, {1, 0})}), malformed,
       "function and code section have inconsistent lengths", 18},
      {module_with({section(12, {1})}), malformed,
       "data count and data section have inconsistent lengths", 11},
  };
  for (const Case& c : cases) {
    const Error e = decode_error(c.bytes);
    EXPECT_EQ(e.kind, c.kind) << c.message << ", got: " << e.message;
    EXPECT_EQ(e.message.rfind(c.message, 0), 0u) << c.message << ", got: " << e.message;
    EXPECT_EQ(e.offset, c.offset) << c.message;
  }
}

struct Gate {
  List bytes;
  Feature feature;
  uint64_t offset;
  const char* message;
};

TEST(Decode, FeaturesGateConstructs) {
  const Gate gates[] = {
      {module_with({section(1, {1, 0x60, 0, 2, 0x7f, 0x7f})}), Feature::multi_value, 13,
       "a function type of 2 results"},
      {module_with({section(1, {1, 0x60, 1, 0x7b, 0})}), Feature::simd, 13, "the type v128"},
      {module_with({section(1, {1, 0x5f, 0})}), Feature::gc, 11, "a structure type"},
      {module_with({section(1, {1, 0x60, 1, 0x69, 0})}), Feature::exceptions, 13,
       "the type exnref"},
      {module_with({section(5, {1, 0x04, 0})}), Feature::memory64, 11, "a 64-bit memory"},
      {module_with({section(5, {1, 0x03, 0, 1})}), Feature::threads, 11, "a shared memory"},
      {module_with({section(5, {1, 0x08, 0, 0})}), Feature::custom_page_sizes, 11,
       "a memory with a page size"},
      {module_with({section(5, {2, 0, 0, 0, 0})}), Feature::multi_memory, 13, "a second memory"},
      {module_with({section(4, {2, 0x70, 0, 0, 0x70, 0, 0})}), Feature::ref_types, 14,
       "a second table"},
      {module_with({section(12, {0})}), Feature::bulk, 8, "a data count section"},
      {module_with({section(2, {1, 0, 0, 3, 0x7f, 1})}), Feature::mutable_globals, 13,
       "an imported mutable global"},
      {module_with({section(6, {1, 0x7f, 1, 0x41, 0, 0x0b}), section(7, {1, 0, 3, 0})}),
       Feature::mutable_globals, 20, "an exported mutable global"},
  };
  for (const Gate& g : gates) {
    EXPECT_EQ(decode_error(g.bytes).message, "accepted") << g.message;
    const Error e = decode_error(g.bytes, Features::all().without(g.feature));
    EXPECT_EQ(e.kind, ErrorKind::unsupported) << g.message;
    EXPECT_EQ(e.offset, g.offset) << g.message;
    EXPECT_EQ(std::string_view(e.message), switched_off(g.message, g.feature));
  }
  const List tags = module_with({section(13, {0})});
  EXPECT_EQ(decode_error(tags, Features::wasm3()).message, "accepted");
  EXPECT_EQ(decode_error(tags, Features::wasm2().with(Feature::legacy_exceptions)).message,
            "accepted");
  EXPECT_EQ(decode_error(tags, Features::wasm2()).kind, ErrorKind::unsupported);
}

TEST(Decode, LimitsHaveTheirOwnMessages) {
  wasm::Limits low;
  low.max_types = low.max_functions = low.max_imports = low.max_exports = low.max_globals = 1;
  low.max_tables = low.max_memories = low.max_tags = low.max_data_segments = low.max_elem_segments =
      1;
  low.max_params = low.max_results = low.max_struct_fields = low.max_table_entries = 1;
  low.max_body_bytes = 2;
  low.max_subtype_depth = 1;
  const List type = section(1, {1, 0x60, 0, 0});
  const std::pair<List, const char*> cases[] = {
      {module_with({section(1, {2, 0x60, 0, 0, 0x60, 0, 0})}), "too many types: 2"},
      {module_with({section(1, {1, 0x4e, 2, 0x60, 0, 0, 0x60, 0, 0})}), "too many types: 2"},
      {module_with({type, section(3, {2, 0, 0})}), "too many functions: 2"},
      {module_with({section(2, {2, 0, 0, 3, 0x7f, 0, 0, 0, 3, 0x7f, 0})}), "too many imports: 2"},
      {module_with({section(7, {2, 0, 0, 0, 0, 0, 0})}), "too many exports: 2"},
      {module_with({section(6, {2, 0x7f, 0, 0x0b, 0x7f, 0, 0x0b})}), "too many globals: 2"},
      {module_with({section(4, {2, 0x70, 0, 0, 0x70, 0, 0})}), "too many tables: 2"},
      {module_with({section(5, {2, 0, 0, 0, 0})}), "too many memories: 2"},
      {module_with({type, section(13, {2, 0, 0, 0, 0})}), "too many tags: 2"},
      {module_with({section(11, {2, 1, 0, 1, 0})}), "too many data segments: 2"},
      {module_with({section(12, {2})}), "too many data segments: 2"},
      {module_with({section(9, {2, 1, 0, 0, 1, 0, 0})}), "too many element segments: 2"},
      {module_with({section(9, {1, 1, 0, 2, 0, 0})}), "too many entries in an element segment: 2"},
      {module_with({section(1, {1, 0x60, 2, 0x7f, 0x7f, 0})}), "too many parameters: 2"},
      {module_with({section(1, {1, 0x60, 0, 2, 0x7f, 0x7f})}), "too many results: 2"},
      {module_with({section(1, {1, 0x5f, 2, 0x7f, 0, 0x7f, 0})}), "too many fields: 2"},
      {module_with({section(10, {1, 3, 0, 1, 0x0b})}), "too many bytes in a function body: 3"},
  };
  for (const auto& [bytes, message] : cases) {
    const Error e = decode_error(bytes, Features::all(), low);
    EXPECT_EQ(e.kind, ErrorKind::limit) << message;
    EXPECT_EQ(e.message, message);
  }
  low.max_types = 10;
  const List deep =
      module_with({section(1, {3, 0x50, 0, 0x5f, 0, 0x50, 1, 0, 0x5f, 0, 0x50, 1, 1, 0x5f, 0})});
  EXPECT_EQ(decode_error(deep, Features::all(), low).message, "too many levels of subtyping: 2");
  low.max_module_bytes = 8;
  EXPECT_EQ(decode_error(deep, Features::all(), low).message, "too many bytes in the module: 25");
}

TEST(Decode, HugeCountsReserveNothing) {
  // Each section claims more items than there are bytes, or more than its bytes can be.
  for (uint8_t id : {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13}) {
    const Error e = decode_error(module_with({section(id, {0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0})}));
    EXPECT_EQ(e.kind, ErrorKind::malformed) << int(id);
    EXPECT_EQ(e.message, "length out of bounds") << int(id);
  }
}

TEST(Decode, DeepConstantExpressionsDoNotRecurse) {
  Writer w;
  w.u8(1);
  w.u8(0x7f);
  w.u8(0);
  for (int i = 0; i < 1'000'000; ++i) {
    w.u8(0x02);  // block
    w.u8(0x40);
  }
  for (int i = 0; i <= 1'000'000; ++i) w.u8(0x0b);
  const List bytes = module_with({section(6, w.data())});
  const auto m = decode(bytes, nullptr);
  ASSERT_TRUE(m.has_value());
  EXPECT_EQ(m->globals[0].init.code.size(), 3'000'001u);
}

TEST(Decode, ALastBodyThatIsCutShortIsToBlame) {
  // The body's size ends inside an overlong integer.
  const List bytes = module_with({section(1, {1, 0x60, 0, 0}),
                                  section(3, {1, 0}),
                                  section(10, {1, 4, 0, 0x41, 0x80, 0x80}),
                                  {0x80, 0x80, 0x80, 0x80, 0x00, 0x0b}});
  EXPECT_EQ(decode_error(bytes).message, "integer representation too long");
}

TEST(Decode, BodiesAndOwnerAreKept) {
  auto owner = std::make_shared<List>(text::wat_to_wasm("(module (func (local i32) nop))").value());
  const std::weak_ptr<List> watch = owner;
  const Bytes bytes = *owner;
  auto m = decode(bytes, std::move(owner)).value();
  EXPECT_FALSE(watch.expired());
  const Bytes body = m.body_bytes(0);
  EXPECT_EQ(List(body.begin(), body.end()), (List{1, 1, 0x7f, 0x01, 0x0b}));
  m = wasm::Module();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace nacre::binary
