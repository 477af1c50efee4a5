// SPDX-License-Identifier: Apache-2.0
#include "codegen/x64/subtype.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#include "base/check.hpp"
#include "codegen/x64/abi.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/runtime_type.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::RuntimeType;
using runtime::VmContext;

Mem field(Gpr base, size_t offset) { return mem(base, static_cast<int32_t>(offset)); }

}  // namespace

// A span does not say where it keeps its pointer.
int32_t ancestors_offset() {
  const RuntimeType* const type = nullptr;
  using Types = std::span<const RuntimeType* const>;
  const Types span(&type, 1);
  uintptr_t words[sizeof(Types) / sizeof(uintptr_t)];
  std::memcpy(words, &span, sizeof(Types));
  int32_t at = 0;
  for (uintptr_t word : words) {
    if (word == reinterpret_cast<uintptr_t>(&type)) break;
    at += static_cast<int32_t>(sizeof word);
  }
  NACRE_CHECK(at < static_cast<int32_t>(sizeof(Types)));
  return static_cast<int32_t>(offsetof(RuntimeType, ancestors)) + at;
}

void emit_is_subtype(Assembler& a) {
  constexpr uint32_t first_chunk = runtime::TypeRegistry::first_chunk;
  const Label done = a.label();
  a.push(rax);
  a.push(rcx);
  a.cmp(r10.r32(), static_cast<int32_t>(runtime::gc::first_type_id));
  a.j(Cond::b, done, Reach::near);
  a.add(r10.r32(), static_cast<int32_t>(first_chunk));
  a.bsr(eax, r10.r32());
  a.btr(r10.r32(), eax);
  a.mov(rcx, field(vm_reg, offsetof(VmContext, type_chunks)));
  a.mov(rcx, mem(rcx, rax, 3, -8 * std::countr_zero(first_chunk)));
  a.mov(rax, mem(rcx, r10, 3));
  a.mov(ecx, field(r11, offsetof(RuntimeType, depth)));
  a.cmp(field(rax, offsetof(RuntimeType, depth)), ecx);
  a.j(Cond::b, done, Reach::near);
  a.mov(rax, mem(rax, ancestors_offset()));
  a.cmp(mem(rax, rcx, 3), r11);
  a.bind(done);
  a.pop(rcx);
  a.pop(rax);
  a.ret();
}

}  // namespace nacre::codegen::x64
