// SPDX-License-Identifier: Apache-2.0
#include "runtime/instance.hpp"

#include <algorithm>

#include "runtime/segments.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

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
