// SPDX-License-Identifier: Apache-2.0
//
// Bulk memory instructions, growth, waiting. Short copies and fills of constant length are inline:
// checked as a whole first, read completely before anything is written.
#include "baseline/compiler.hpp"
#include "codegen/rows/x64/simd.hpp"
#include "codegen/x64/bulk.hpp"

namespace nacre::baseline {
namespace {

using codegen::BuiltinId;
using runtime::VmContext;

constexpr uint64_t max_inline = 64;

// A stretch of `n` bytes in pieces of 16, 8, 4, 2 and 1; the last may overlap the one before.
struct Piece {
  uint32_t at, bytes;
};
constexpr uint32_t max_pieces = max_inline / 16 + 2;
struct Pieces {
  Piece list[max_pieces];
  uint32_t count = 0;
};

Pieces pieces(uint32_t n) {
  Pieces p;
  uint32_t at = 0;
  while (at < n) {
    const uint32_t left = n - at;
    uint32_t bytes = 16;
    while (bytes > left) bytes /= 2;
    // One piece more that overlaps is better than several small ones.
    if (bytes < left && left < 2 * bytes && 2 * bytes <= n && bytes < 16) {
      bytes *= 2;
      at = n - bytes;
    }
    p.list[p.count++] = {at, bytes};
    at += bytes;
  }
  return p;
}

Size size_of(uint32_t bytes) { return static_cast<Size>(bytes); }
ValueClass vector_class(uint32_t bytes) {
  return bytes == 16 ? ValueClass::v128 : bytes == 8 ? ValueClass::f64 : ValueClass::f32;
}

}  // namespace

// --- sizes

Value Compiler::memory_grow(uint32_t memory, Value pages) {
  call_builtin(BuiltinId::memory_grow, memory, 0, first_of(pages));
  return push_slot(index_class(module_.memories[memory].limits));
}

void Compiler::data_drop(uint32_t data) { call_builtin(BuiltinId::data_drop, data, 0, top_node()); }

void Compiler::memory_init(uint32_t data, uint32_t memory, Value dst, Value, Value) {
  call_builtin(BuiltinId::memory_init, data, memory, first_of(dst));
}

// --- copies and fills

// Whether `n` bytes at an address of this memory can be accessed inline.
bool Compiler::inline_bulk(uint32_t memory, Value n) {
  const wasm::SizeLimits& limits = module_.memories[memory].limits;
  // A shared memory may be longer than we know.
  return is_constant(n) && node(n).bits != 0 && node(n).bits <= max_inline && !limits.is64 &&
         !limits.shared;
}

// Traps unless [address, address + n) lies in the memory.
void Compiler::check_bulk(uint32_t memory, uint8_t address, uint32_t n) {
  const Mark mark = begin();
  const Gpr end = r64(alloc(0)), object = x64::scratch_reg;
  a.lea(end, mem(r64(address), static_cast<int32_t>(n)));
  Mem length = vm_field(offsetof(VmContext, memory0_length));
  if (memory != 0) {
    load_memory_object(memory);
    length = mem(object, static_cast<int32_t>(offsetof(runtime::Memory, length)));
  }
  a.cmp(end, length);
  a.j(Cond::a, trap_label(Trap::memory_out_of_bounds));
  close(mark);
}

// Into the scratch register: a Memory, the base of a memory.
void Compiler::load_memory_object(uint32_t memory) {
  a.mov(x64::scratch_reg, vm_field(offsetof(VmContext, memories)));
  a.mov(x64::scratch_reg,
        mem(x64::scratch_reg, static_cast<int32_t>(memory * sizeof(runtime::Memory*))));
}
void Compiler::load_memory_base(uint32_t memory) {
  if (memory == 0) return a.mov(x64::scratch_reg, vm_field(offsetof(VmContext, memory0_base)));
  load_memory_object(memory);
  a.mov(x64::scratch_reg,
        mem(x64::scratch_reg, static_cast<int32_t>(offsetof(runtime::Memory, base))));
}

// By a stub, if it is memory 0 and the stub will do it; else by the builtin.
void Compiler::bulk_by_stub(size_t stub, codegen::BuiltinId id, Value dst, Value second, Value n) {
  const uint32_t first = first_of(dst);
  flush_registers(first);
  compute(dst, second, n);
  const codegen::ValuePlace places[] = {{node(dst).cls, x64::bulk_operands[0], 0, 0},
                                        {node(second).cls, x64::bulk_operands[1], 0, 0},
                                        {node(n).cls, x64::bulk_operands[2], 0, 0}};
  const uint32_t nodes[] = {dst.node, second.node, n.node};
  move_to_registers(places, nodes);
  const Audit::Mark here = audit_.mark();  // the stub keeps what may hold a value now
  a.call(vm_field(stub));
  audit_.resume(here);
  truncate(first);
  a.bind(cold_bulk_call(Cond::b, id));
}

// Pieces of 4 bytes and more travel in vector registers, of which more are free.
void Compiler::memory_copy(uint32_t dst_memory, uint32_t src_memory, Value dst, Value src,
                           Value n) {
  const bool by_pieces = dst_memory == src_memory && inline_bulk(dst_memory, n);
  if (!by_pieces && dst_memory == 0 && src_memory == 0)
    return bulk_by_stub(offsetof(VmContext, copy_bytes), BuiltinId::memory_copy, dst, src, n);
  if (!by_pieces)
    return call_builtin(BuiltinId::memory_copy, dst_memory, src_memory, first_of(dst));
  flush_loads();
  const auto bytes = static_cast<uint32_t>(node(n).bits);
  compute(dst, src);
  const Mark mark = begin();
  const uint8_t to = to_reg(dst), from = to_reg(src);
  check_bulk(dst_memory, from, bytes);
  check_bulk(dst_memory, to, bytes);
  load_memory_base(dst_memory);
  const Gpr base = x64::scratch_reg;
  const Pieces p = pieces(bytes);
  uint8_t regs[max_pieces];
  for (uint32_t i = 0; i < p.count; ++i) {
    const auto [at, size] = p.list[i];
    const Mem m = mem(base, r64(from), 0, static_cast<int32_t>(at));
    regs[i] = alloc(size >= 4 ? 1 : 0);
    if (size == 1) a.movzx8(r32(regs[i]), m);
    else if (size == 2) a.movzx16(r32(regs[i]), m);
    else x64::load_value(a, vector_class(size), regs[i], m);
  }
  for (uint32_t i = 0; i < p.count; ++i) {
    const auto [at, size] = p.list[i];
    const Mem m = mem(base, r64(to), 0, static_cast<int32_t>(at));
    if (size >= 4) x64::store_value(a, vector_class(size), m, regs[i]);
    else a.mov(m, Gpr{regs[i], size_of(size)});
  }
  close(mark);
  pop_from(dst);
}

void Compiler::memory_fill(uint32_t memory, Value dst, Value byte, Value n) {
  const bool by_pieces = inline_bulk(memory, n) && is_constant(byte);
  if (!by_pieces && memory == 0)
    return bulk_by_stub(offsetof(VmContext, fill_bytes), BuiltinId::memory_fill, dst, byte, n);
  if (!by_pieces) return call_builtin(BuiltinId::memory_fill, memory, 0, first_of(dst));
  flush_loads();
  const auto bytes = static_cast<uint32_t>(node(n).bits);
  const uint64_t pattern = (node(byte).bits & 0xff) * 0x0101010101010101u;
  const auto word = static_cast<int32_t>(pattern);
  const Mark mark = begin();
  const uint8_t to = to_reg(dst);
  check_bulk(memory, to, bytes);
  load_memory_base(memory);
  const Pieces p = pieces(bytes);
  uint8_t vector = no_reg;
  for (uint32_t i = 0; i < p.count; ++i) {
    const auto [at, size] = p.list[i];
    const Mem m = mem(x64::scratch_reg, r64(to), 0, static_cast<int32_t>(at));
    if (size == 16 || (size == 8 && static_cast<uint64_t>(int64_t{word}) != pattern)) {
      if (vector == no_reg) {
        vector = alloc(1);
        load_pattern(vector, pattern);
      }
      x64::store_value(a, vector_class(size), m, vector);
    } else {
      a.mov(size_of(size), m,
            size == 1   ? static_cast<int8_t>(word)
            : size == 2 ? static_cast<int16_t>(word)
                        : word);
    }
  }
  close(mark);
  pop_from(dst);
}

// `half` twice.
void Compiler::load_pattern(uint8_t vector, uint64_t half) {
  x64::Simd simd(a);
  if (half == 0) simd.zero(xmm(vector));
  else if (half == ~uint64_t{0}) simd.ones(xmm(vector));
  else simd.movaps(xmm(vector), a.literal128(half, half));
}

// --- threads

Value Compiler::atomic_wait(Op op, const MemArg& m, Value address, Value, Value) {
  const BuiltinId id =
      op == Op::memory_atomic_wait32 ? BuiltinId::atomic_wait32 : BuiltinId::atomic_wait64;
  call_builtin(id, m.memory, m.offset, first_of(address));
  return push_slot(ValueClass::i32);
}

Value Compiler::atomic_notify(const MemArg& m, Value address, Value) {
  call_builtin(BuiltinId::atomic_notify, m.memory, m.offset, first_of(address));
  return push_slot(ValueClass::i32);
}

}  // namespace nacre::baseline
