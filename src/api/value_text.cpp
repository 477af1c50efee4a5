// SPDX-License-Identifier: Apache-2.0
//
// Values in words. Apart from value.cpp, so that only programs that print values carry this.
#include <cinttypes>
#include <cstdio>

#include "nacre/value.hpp"
#include "text/numbers.hpp"

namespace nacre {

namespace {

std::string vector_text(const V128& v) {
  std::string out = "i32x4:";
  for (int lane = 0; lane < 4; lane++) {
    uint32_t x = 0;
    for (int b = 0; b < 4; b++) x |= uint32_t{v.bytes[lane * 4 + b]} << (8 * b);
    char buf[16];
    std::snprintf(buf, sizeof buf, "%s0x%08" PRIx32, lane ? "," : "", x);
    out += buf;
  }
  return out;
}

std::string ref_text(const Ref& r) {
  switch (r.shape()) {
    case RefShape::null:
      return "null";
    case RefShape::i31:
      return "(i31 " + std::to_string(r.i31_signed().value_or(0)) + ")";
    case RefShape::host:
      return r.host_value() ? "(host " + std::to_string(*r.host_value()) + ")" : "(host object)";
    case RefShape::func:
      return "(func)";
    case RefShape::struct_:
      return "(struct)";
    case RefShape::array:
      return "(array " + std::to_string(r.length()) + ")";
    case RefShape::exn:
      return "(exn)";
  }
  return {};
}

}  // namespace

String to_string(const Value& value) {
  std::string out;
  switch (value.kind()) {
    case ValueKind::i32:
      return std::to_string(value.i32());
    case ValueKind::i64:
      return std::to_string(value.i64());
    case ValueKind::f32:
      text::print_f32(out, value.f32_bits());
      break;
    case ValueKind::f64:
      text::print_f64(out, value.f64_bits());
      break;
    case ValueKind::v128:
      return vector_text(value.v128());
    case ValueKind::ref:
      return ref_text(value.ref());
  }
  return out;
}

}  // namespace nacre
