// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/x64/row_meaning_test.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>

#include "base/bytes.hpp"
#include "codegen/rows/meaning_test.hpp"
#include "codegen/rows/x64/row_chooser_test.hpp"

namespace nacre::codegen::x64::row_test {

using codegen::testing::meaning_of;
using wasm::Op;

namespace {

bool loads_only(std::string_view n) { return n.find("load") != n.npos; }

}  // namespace

Expected expect(const Row& row, const Operands& o, const V128* in) {
  Expected e;
  const std::string_view name = row.name;
  const unsigned bytes = access_bytes(row);
  const auto as_int = [&](unsigned i) { return lane<uint64_t>(in[i], 0); };
  const auto result = [&](uint64_t x) { e.out[0] = from_lanes<uint64_t>({x, 0}); };
  const auto store = [&](uint64_t x) { e.stores = true, store_le(e.stored, x); };
  if (row.op.number >= wasm::op_count) {
    if (name.substr(0, 6) == "select") e.out[0] = lane<uint32_t>(in[2], 0) != 0 ? in[0] : in[1];
    if (name.substr(0, 4) == "move") e.out[0] = in[0];
    if (name.find("_to_mem") != name.npos) {
      const uint64_t x = as_int(0), y = as_int(1);
      store(name[0] == 's'   ? x - y
            : name[1] == 'd' ? x + y
            : name[1] == 'n' ? x & y
            : name[0] == 'o' ? x | y
                             : x ^ y);
    }
    return e;
  }
  const Op op = static_cast<Op>(row.op.number);
  if (name.find("_const") != name.npos) {
    e.out[0] = row.in_count == 0 ? o.pattern : in[0];
    return e;
  }
  if (name.find("atomic_rmw") != name.npos) {
    const uint64_t old = low_bytes(as_int(0), bytes), y = as_int(1);
    const auto is = [&](std::string_view s) { return name.find(s) != name.npos; };
    result(old);
    if (is("cmpxchg")) store(old == low_bytes(y, bytes) ? as_int(2) : old);
    else if (is("xchg")) store(y);
    else
      store(is("add")   ? old + y
            : is("sub") ? old - y
            : is("and") ? old & y
            : is("xor") ? old ^ y
                        : old | y);
    return e;
  }
  if (bytes != 0 && name.find("store") != name.npos && row.in[1].cls != ValueClass::v128) {
    store(as_int(1));
    return e;
  }
  if (name == "v128_store") {
    e.stores = true;
    std::memcpy(e.stored, in[1].bytes, 16);
    return e;
  }
  if (name == "atomic_fence") return e;
  if (bytes != 0 && loads_only(name) && meaning_of(op) == nullptr) {
    const uint64_t x = low_bytes(as_int(0), bytes < 8 ? bytes : 8);
    const bool sign = name.substr(name.size() - 2) == "_s";
    const unsigned shift = 64 - 8 * (bytes < 8 ? bytes : 8);
    const uint64_t y = sign ? static_cast<uint64_t>(static_cast<int64_t>(x << shift) >> shift) : x;
    if (bytes == 16) e.out[0] = in[0];
    else result(row.out[0].cls == ValueClass::i32 ? static_cast<uint32_t>(y) : y);
    return e;
  }
  if (row.gives_flags() && (name == "i32_and" || name == "i64_and")) {
    e.status = (as_int(0) & as_int(1)) != 0 ? 1 : 0;
    return e;
  }
  V128 arguments[5] = {in[0], in[1], in[2], in[3], {}};
  const V128 lane_number = from_lanes<uint64_t>({o.lane, 0});
  if (name.find("load") != name.npos && name.find("_lane") != name.npos)
    arguments[0] = in[1], arguments[1] = lane_number, arguments[2] = in[0];
  else if (name.find("store") != name.npos) arguments[0] = in[1], arguments[1] = lane_number;
  else if (name.find("replace_lane") != name.npos) arguments[1] = lane_number, arguments[2] = in[1];
  else if (name.find("extract_lane") != name.npos) arguments[1] = lane_number;
  else if (name == "i8x16_shuffle") arguments[2] = o.pattern;
  const codegen::testing::Meaning meaning = meaning_of(op);
  if (meaning == nullptr) {
    ADD_FAILURE() << row.name << ": nothing to compare with";
    return e;
  }
  V128 out[2] = {};
  const Trap trap = meaning(arguments, out);
  if (trap != Trap::none) {
    e.status = trap == row.traps[0] ? 2 : trap == row.traps[1] ? 3 : 99;
    return e;
  }
  if (row.gives_flags()) e.status = lane<uint32_t>(out[0], 0) != 0 ? 1 : 0;
  else if (name.find("store") != name.npos) store(lane<uint64_t>(out[0], 0));
  else e.out[0] = out[0], e.out[1] = out[1];
  return e;
}

}  // namespace nacre::codegen::x64::row_test
