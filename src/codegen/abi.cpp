// SPDX-License-Identifier: Apache-2.0
#include "codegen/abi.hpp"

#include "codegen/x64/abi.hpp"

namespace nacre::codegen {
namespace {

struct Registers {
  std::span<const uint8_t> general, vector;
};

Registers argument_registers(os::CpuArch) { return {x64::argument_gprs, x64::argument_xmms}; }

void place(std::span<const wasm::ValType> types, Registers registers, std::vector<ValuePlace>& out,
           uint32_t& bytes, uint32_t& slots) {
  size_t general = 0, vector = 0;
  out.reserve(types.size());
  for (const wasm::ValType type : types) {
    ValuePlace& v = out.emplace_back();
    v.cls = class_of(type);
    v.slot = slots;
    const uint32_t width = v.cls == ValueClass::v128 ? 2 : 1;
    slots += width;
    if (is_gpr(v.cls) && general < registers.general.size()) {
      v.reg = registers.general[general++];
    } else if (is_vec(v.cls) && vector < registers.vector.size()) {
      v.reg = registers.vector[vector++];
    } else {
      v.stack = bytes;
      bytes += 8 * width;
    }
  }
}

}  // namespace

ValueClass class_of(wasm::ValType type) {
  switch (type.kind()) {
    case wasm::Kind::i32:
      return ValueClass::i32;
    case wasm::Kind::f32:
      return ValueClass::f32;
    case wasm::Kind::f64:
      return ValueClass::f64;
    case wasm::Kind::v128:
      return ValueClass::v128;
    default:
      return ValueClass::i64;
  }
}

CallLayout assign(std::span<const wasm::ValType> params, std::span<const wasm::ValType> results,
                  os::CpuArch arch) {
  const Registers registers = argument_registers(arch);
  CallLayout layout;
  place(params, registers, layout.params, layout.param_bytes, layout.param_slots);
  place(results, registers, layout.results, layout.result_bytes, layout.result_slots);
  return layout;
}

void append_shape(std::vector<char>& out, std::span<const wasm::ValType> types) {
  static constexpr char letters[] = "?ilfdv";
  for (const wasm::ValType t : types) out.push_back(letters[static_cast<unsigned>(class_of(t))]);
}

}  // namespace nacre::codegen
