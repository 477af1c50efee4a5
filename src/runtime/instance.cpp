// SPDX-License-Identifier: Apache-2.0
#include "runtime/instance.hpp"

#include "runtime/segments.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

Func* Instance::func(uint32_t index) {
  if (funcs[index] != nullptr) return funcs[index];
  Func& f = store().funcs_.emplace_back();
  f.type = module->func_type(index);
  f.store = vm.store;
  f.instance = this;
  f.index = index;
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

void drop_elem(Instance& instance, uint32_t elem) {
  instance.dropped_elems[elem] = true;
  if (!instance.elem_values.empty()) std::vector<RefBits>().swap(instance.elem_values[elem]);
}

void drop_data(Instance& instance, uint32_t data) { instance.dropped_datas[data] = true; }

}  // namespace nacre::runtime
