// SPDX-License-Identifier: Apache-2.0
#include "codegen/x64/subtype.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "codegen/x64/abi.hpp"
#include "os/code_memory.hpp"
#include "os/cpu.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/runtime_type.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen::x64 {
namespace {

using runtime::RuntimeType;
using runtime::TypeRegistry;
using runtime::VmContext;

// A function (vm, id, type) -> whether the stub says "equal"; ~0 when it destroyed a register.
class Subtype : public ::testing::Test {
 protected:
  void SetUp() override {
    if (os::cpu_arch() != os::CpuArch::x64) GTEST_SKIP() << "code of another processor";
    CodeBuffer code;
    Assembler a(code, {});
    const Label stub = a.label(), bad = a.label();
    const HostAbi& abi = host_abi();
    a.push(vm_reg);
    a.push(rbx);
    a.mov(vm_reg, r64(abi.arguments[0]));
    a.mov(r10, r64(abi.arguments[1]));
    a.mov(r11, r64(abi.arguments[2]));
    a.mov_imm(rax, 0x1234567890);
    a.mov(rcx, rax);
    a.mov(rbx, rsp);
    a.call(stub);
    a.set(Cond::e, edx.r8());
    a.movzx8(edx, edx.r8());
    a.cmp(rbx, rsp);
    a.j(Cond::ne, bad);
    a.cmp(rcx, rax);
    a.j(Cond::ne, bad);
    a.mov_imm(rbx, 0x1234567890);
    a.cmp(rcx, rbx);
    a.j(Cond::ne, bad);
    a.mov(eax, edx);
    a.pop(rbx);
    a.pop(vm_reg);
    a.ret();
    a.bind(bad);
    a.mov_imm(eax, 0xffffffff);
    a.pop(rbx);
    a.pop(vm_reg);
    a.ret();
    a.bind(stub);
    emit_is_subtype(a);
    ASSERT_TRUE(code.finish(0xCC));
    ASSERT_TRUE(memory.allocate(code.size()));
    std::memcpy(memory.data(), code.data(), code.size());
    ASSERT_TRUE(memory.seal());
    vm.type_chunks = registry.chunks();
  }
  uint32_t ask(uint32_t id, const RuntimeType* type) {
    using Function = uint32_t (*)(VmContext*, uint64_t, const RuntimeType*);
    return reinterpret_cast<Function>(reinterpret_cast<uintptr_t>(memory.data()))(&vm, id, type);
  }
  os::CodeMemory memory;
  TypeRegistry registry;
  VmContext vm{};
};

TEST_F(Subtype, AgreesWithTheRegistry) {
  // Two families of structs; siblings differ by how many fields they have. Enough types for several
  // chunks.
  wasm::TypeTable table;
  std::vector<wasm::TypeId> line{wasm::no_type};
  for (uint32_t depth = 0; depth < 60; ++depth)
    for (uint32_t width = 0; width < 20; ++width) {
      wasm::SubTypeDef def;
      def.kind = wasm::CompositeKind::struct_;
      def.is_final = false;
      def.super = width == 0 ? line.back() : line[depth / 2];
      def.fields.assign(depth + 1 + width, {wasm::i32_type, false});
      const wasm::TypeId id = table.add_group({&def, 1});
      if (width == 0) line.push_back(id);
    }
  const std::vector<const RuntimeType*> types = registry.intern(table);
  ASSERT_GT(types.size(), 600u);
  uint32_t positive = 0;
  for (size_t i = 0; i < types.size(); i += 3)
    for (size_t k = 0; k < types.size(); k += k < 100 ? 1 : 37) {
      const bool expected = types[i]->is_subtype_of(types[k]);
      ASSERT_EQ(ask(types[i]->id, types[k]), expected ? 1u : 0u) << i << " " << k;
      positive += expected;
    }
  EXPECT_GT(positive, 100u);
  for (uint32_t id = 0; id < runtime::gc::first_type_id; ++id) EXPECT_EQ(ask(id, types[0]), 0u);
  registry.release(types);
}

}  // namespace
}  // namespace nacre::codegen::x64
