// SPDX-License-Identifier: Apache-2.0
//
// The bytes are a program over the C++ API: make, copy, move, call, link, grow, read, write, trap,
// interrupt and drop, in any order, with objects of any store and age, on every engine, also
// inside host functions. Whatever an embedder does that the headers do not forbid must end in a
// result or an error.
//
// What the headers forbid is not tried: using a moved-from Module or Engine handle, a Caller after
// its call, Instance::module of a dead store; ending a linker inside its own instantiate.
#include "api_world.hpp"

namespace nacre::fuzz {

void World::drop() {
  switch (in_.below(11)) {
    case 0:
      return instances_.drop(in_);
    case 1:
      return funcs_.drop(in_);
    case 2:
      return memories_.drop(in_);
    case 3:
      return tables_.drop(in_);
    case 4:
      return globals_.drop(in_);
    case 5:
      return tags_.drop(in_);
    case 6:
      return externs_.drop(in_);
    case 7:
      return values_.drop(in_);
    case 8:
      return modules_.drop(in_);
    case 9:
      return shared_.drop(in_);
    default:
      return handles_.drop(in_);
  }
}

void World::step() {
  static constexpr void (World::*steps[])() = {
      &World::new_engine,   &World::new_module,    &World::new_module,    &World::new_store,
      &World::change_store, &World::change_linker, &World::change_linker, &World::change_linker,
      &World::instantiate,  &World::instantiate,   &World::instantiate,   &World::use_instance,
      &World::new_func,     &World::call,          &World::call,          &World::call,
      &World::call,         &World::call_typed,    &World::call_typed,    &World::use_memory,
      &World::use_table,    &World::use_global,    &World::use_tag,       &World::use_ref,
      &World::use_ref,      &World::use_store,     &World::introspect,    &World::drop,
      &World::drop};
  one_of(*this, steps);
}

}  // namespace nacre::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  nacre::fuzz::World(nacre::fuzz::Choices(data, size)).run();
  return 0;
}
