// SPDX-License-Identifier: Apache-2.0
#include "codegen/trampolines.hpp"

#include <cstring>

namespace nacre::codegen {
namespace {

constexpr uint8_t fill = 0xCC;

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
  stubs->resume_ = base + at.resume;
  stubs->no_memory_ = base + at.no_memory;
  stubs->is_subtype_ = base + at.is_subtype;
  stubs->remember_mode_ = base + at.remember_mode;
  stubs->copy_bytes_ = base + at.copy_bytes;
  stubs->fill_bytes_ = base + at.fill_bytes;
  return stubs;
}

Stubs::Shape::Shape(const runtime::RuntimeType& type) {
  constexpr size_t most = 20;  // three bits each, and a mark
  if (type.params.size() + type.results.size() < most) {
    few = 1;
    for (const wasm::ValType t : type.params) few = few << 3 | static_cast<uint64_t>(class_of(t));
    few = few << 3 | 7;
    for (const wasm::ValType t : type.results) few = few << 3 | static_cast<uint64_t>(class_of(t));
    return;
  }
  std::vector<char> text;
  append_shape(text, type.params);
  text.push_back('>');
  append_shape(text, type.results);
  many.assign(text.begin(), text.end());
}

Stubs::Pair& Stubs::pair(const Shape& shape) {
  return shape.few != 0 ? few_[shape.few] : many_[shape.many];
}

bool Stubs::make(Types entered, Types host) {
  struct Made {
    const void** to;
    uint32_t offset;
  };
  std::vector<Made> made;
  CodeBuffer code;
  // Marks what is being made, for the rest of the list.
  const void* const pending = this;
  for (const runtime::RuntimeType* type : entered) {
    const void*& to = pair(Shape(*type)).entry;
    if (to != nullptr) continue;
    to = pending;
    made.push_back({&to, x64::emit_entry(code, assign(type->params, type->results))});
  }
  for (const runtime::RuntimeType* type : host) {
    const void*& to = pair(Shape(*type)).host_call;
    if (to != nullptr) continue;
    to = pending;
    made.push_back({&to, x64::emit_host_call(code, assign(type->params, type->results))});
  }
  if (made.empty()) return true;
  const uint8_t* const base = publish(code, memory_);
  for (const Made& m : made) *m.to = base == nullptr ? nullptr : base + m.offset;
  return base != nullptr;
}

bool Stubs::prepare(Types entered, Types host) {
  const std::lock_guard lock(mutex_);
  return make(entered, host);
}

std::vector<std::span<const uint8_t>> Stubs::code() {
  const std::lock_guard lock(mutex_);
  std::vector<std::span<const uint8_t>> out;
  for (const os::CodeMemory& m : memory_) out.push_back({m.data(), m.size()});
  return out;
}

EntryStub Stubs::entry(const runtime::RuntimeType& type) {
  const std::lock_guard lock(mutex_);
  const void*& found = pair(Shape(type)).entry;
  const runtime::RuntimeType* const one = &type;
  if (found == nullptr) make({&one, 1}, {});
  return reinterpret_cast<EntryStub>(reinterpret_cast<uintptr_t>(found));
}

const void* Stubs::host_call(const runtime::RuntimeType& type) {
  const std::lock_guard lock(mutex_);
  const void*& found = pair(Shape(type)).host_call;
  const runtime::RuntimeType* const one = &type;
  if (found == nullptr) make({}, {&one, 1});
  return found;
}

}  // namespace nacre::codegen
