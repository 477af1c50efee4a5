// SPDX-License-Identifier: Apache-2.0
//
// The bytes are a program over the C API, as in fuzz_api: handles of every kind are made, copied,
// cast, used with this and that store, and deleted in any order, before and after their store,
// also inside callbacks. Ownership is kept as wasm.h says, everything else is anyone's guess.
#include "api_c_world.hpp"

namespace nacre::fuzz::c {

void World::drop() {
  switch (in_.below(15)) {
    case 0:
      return modules_.drop(in_);
    case 1:
      return shared_modules_.drop(in_);
    case 2:
      return instances_.drop(in_);
    case 3:
      return funcs_.drop(in_);
    case 4:
      return memories_.drop(in_);
    case 5:
      return tables_.drop(in_);
    case 6:
      return globals_.drop(in_);
    case 7:
      return tags_.drop(in_);
    case 8:
      return externs_.drop(in_);
    case 9:
      return refs_.drop(in_);
    case 10:
      return traps_.drop(in_);
    case 11:
      return frames_.drop(in_);
    case 12:
      return linkers_.drop(in_);
    case 13:
      return shared_.drop(in_);
    default:
      return errors_.drop(in_);
  }
}

void World::step() {
  static constexpr void (World::*steps[])() = {
      &World::new_engine,     &World::new_store,    &World::end_store,   &World::new_module,
      &World::new_module,     &World::use_module,   &World::instantiate, &World::instantiate,
      &World::instantiate,    &World::use_instance, &World::new_func,    &World::new_func,
      &World::call,           &World::call,         &World::call,        &World::call,
      &World::call_unchecked, &World::use_memory,   &World::use_table,   &World::use_global,
      &World::use_tag,        &World::use_ref,      &World::use_ref,     &World::use_trap,
      &World::use_store,      &World::use_linker,   &World::use_linker,  &World::use_linker,
      &World::drop,           &World::drop};
  one_of(*this, steps);
}

}  // namespace nacre::fuzz::c

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  nacre::fuzz::c::World(nacre::fuzz::Choices(data, size)).run();
  return 0;
}
