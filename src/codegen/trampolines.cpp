// SPDX-License-Identifier: Apache-2.0
#include "codegen/trampolines.hpp"

#include <cstring>

namespace nacre::codegen {
namespace {

constexpr uint8_t fill = 0xCC;

std::string shape_of(const runtime::RuntimeType& type) {
  std::vector<char> text;
  append_shape(text, type.params);
  text.push_back('>');
  append_shape(text, type.results);
  return {text.begin(), text.end()};
}

const uint8_t* publish(CodeBuffer& code, std::vector<os::CodeMemory>& memory) {
  os::CodeMemory m;
  if (!code.finish(fill) || !m.allocate(code.size())) return nullptr;
  std::memcpy(m.data(), code.data(), code.size());
  if (!m.seal()) return nullptr;
  return memory.emplace_back(std::move(m)).data();
}

}  // namespace

std::shared_ptr<Stubs> Stubs::create() {
  if (os::cpu_arch() != os::CpuArch::x64) return nullptr;
  std::shared_ptr<Stubs> stubs(new Stubs);
  CodeBuffer code;
  const SharedStubOffsets at = x64::emit_shared_stubs(code);
  const uint8_t* const base = publish(code, stubs->memory_);
  if (base == nullptr) return nullptr;
  stubs->raise_trap_ = base + at.raise_trap;
  stubs->raise_fault_ = base + at.raise_fault;
  stubs->call_builtin_ = base + at.call_builtin;
  return stubs;
}

bool Stubs::make(std::span<const runtime::RuntimeType* const> types) {
  struct Made {
    std::string shape;
    uint32_t entry, host_call;
  };
  std::vector<Made> made;
  CodeBuffer code;
  for (const runtime::RuntimeType* type : types) {
    if (type == nullptr || type->kind != wasm::CompositeKind::func) continue;
    std::string shape = shape_of(*type);
    if (!by_shape_.try_emplace(shape).second) continue;
    const CallLayout layout = assign(type->params, type->results);
    const uint32_t entry = x64::emit_entry(code, layout);
    made.push_back({std::move(shape), entry, x64::emit_host_call(code, layout)});
  }
  if (made.empty()) return true;
  const uint8_t* const base = publish(code, memory_);
  for (const Made& m : made) {
    if (base == nullptr) by_shape_.erase(m.shape);
    else
      by_shape_[m.shape] = {
          reinterpret_cast<EntryStub>(reinterpret_cast<uintptr_t>(base) + m.entry),
          base + m.host_call};
  }
  return base != nullptr;
}

bool Stubs::prepare(std::span<const runtime::RuntimeType* const> types) {
  const std::lock_guard lock(mutex_);
  return make(types);
}

SignatureStubs Stubs::find(const runtime::RuntimeType& type) {
  const std::lock_guard lock(mutex_);
  const runtime::RuntimeType* const one = &type;
  if (!make({&one, 1})) return {};
  return by_shape_[shape_of(type)];
}

}  // namespace nacre::codegen
