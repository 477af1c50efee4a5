// SPDX-License-Identifier: Apache-2.0
#include "runtime/instance.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "runtime/segments.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {
namespace {

// Slots of the block an instance stands at the end of, the part before it.
size_t slots_before(uint32_t own_globals) {
  constexpr size_t unit = alignof(std::max_align_t) / sizeof(Slot);
  return (own_globals + unit - 1) / unit * unit;
}

}  // namespace

InstancePtr Instance::make(uint32_t own_globals) {
  const size_t before = slots_before(own_globals) * sizeof(Slot);
  auto* const block = static_cast<uint8_t*>(::operator new(before + sizeof(Instance)));
  std::memset(block, 0, before);
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): FreeInstance finds the block from it.
  InstancePtr instance(new (block + before) Instance);
  instance->own_globals = own_globals;
  return instance;
}

void FreeInstance::operator()(Instance* instance) const {
  const size_t before = slots_before(instance->own_globals) * sizeof(Slot);
  instance->~Instance();
  ::operator delete(reinterpret_cast<uint8_t*>(instance) - before);
}

Func* Instance::func(uint32_t index) {
  if (funcs[index] != nullptr) return funcs[index];
  Func& f = store().funcs_.add();
  f.type = module->func_type(index);
  f.store = vm.store;
  f.instance = this;
  f.index = index;
  if (store().engine_ != nullptr) store().engine_->prepare(f);
  return funcs[index] = &f;
}

bool Instance::find_export(std::string_view name, Extern& out) {
  const wasm::Export* e = module->find_export(name);
  if (e == nullptr) return false;
  out = get_extern(e->kind, e->index);
  return true;
}

Extern Instance::get_extern(wasm::ExternKind kind, uint32_t index) {
  switch (kind) {
    case wasm::ExternKind::func:
      return func(index);
    case wasm::ExternKind::table:
      return tables[index];
    case wasm::ExternKind::memory:
      return memories[index];
    case wasm::ExternKind::global:
      return globals[index];
    case wasm::ExternKind::tag:
      return tags[index];
  }
  return {};
}

void elem_entries(Instance& instance, uint32_t elem, uint64_t from, size_t n, RefBits* out) {
  const wasm::Elem& segment = instance.wasm_module().elems[elem];
  if (!segment.exprs.empty()) {
    std::copy_n(instance.elem_values[elem].data() + from, n, out);
    return;
  }
  const uint32_t* const indices = segment.funcs.data() + from;
  Func* const* const made = instance.funcs.data();
  const auto is_new = [&](uint32_t index) { return made[index] == nullptr; };
  instance.store().funcs_.expect(static_cast<size_t>(std::count_if(indices, indices + n, is_new)));
  for (size_t i = 0; i < n; ++i) {
    Func* const f = made[indices[i]];
    out[i] = reinterpret_cast<uintptr_t>(f != nullptr ? f : instance.func(indices[i]));
  }
}

void drop_elem(Instance& instance, uint32_t elem) {
  instance.dropped_elems[elem] = true;
  if (!instance.elem_values.empty()) std::vector<RefBits>().swap(instance.elem_values[elem]);
}

void drop_data(Instance& instance, uint32_t data) { instance.dropped_datas[data] = true; }

}  // namespace nacre::runtime
