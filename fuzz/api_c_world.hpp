// SPDX-License-Identifier: Apache-2.0
//
// What a program over the C API has in its hands (fuzz_api_c.cpp says what it is). Callbacks and
// choices are in api_c_callbacks.cpp, what makes things in api_c_make.cpp, what uses them in
// api_c_use.cpp.
#pragma once

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <nacre.h>

#include "api_program.hpp"

namespace nacre::fuzz::c {

// An owned object, deleted with its last owner here: a callback may drop what its caller uses.
template <class T>
using Owned = std::shared_ptr<T>;

// Any number of them, of which some are kept.
template <class T>
class Handles : Pool<Owned<T>, 12> {
  using Base = Pool<Owned<T>, 12>;

 public:
  explicit Handles(void (*destroy)(T*)) : destroy_(destroy) {}
  // Takes it over; null is none.
  void put(T* item, Choices& in) {
    if (item != nullptr) Base::put(Owned<T>(item, destroy_), in);
  }
  using Base::drop;
  using Base::pick;  // null without any

 private:
  void (*destroy_)(T*);
};

class World final : public Program {
 public:
  explicit World(Choices in);
  ~World() override;

  wasm_trap_t* callback(wasm_store_t* store, const wasm_val_vec_t* args, wasm_val_vec_t* results);
  wasm_trap_t* slots_callback(nacre_caller_t* caller, uint64_t slots[]);
  void look(nacre_caller_t* caller);

 private:
  void step() override;

  void new_engine() override;
  void new_store() override;
  void end_store();
  void new_module();
  void use_module();
  void instantiate();
  void use_instance();
  void new_func();
  void call();
  void call_unchecked();
  void use_memory();
  void use_table();
  void use_global();
  void use_tag();
  void use_ref();
  void use_trap();
  void use_store();
  void use_linker();
  void drop();

  // --- choices
  // The store lives as long as it is in its place; callbacks may end it.
  wasm_store_t* store() {
    Owned<wasm_store_t>& s = stores_[in_.below(4)];
    if (!s) s = new_owned_store();
    return s.get();
  }
  Owned<wasm_store_t> new_owned_store() {
    const Owned<wasm_engine_t> e = engines_.pick(in_);
    return Owned<wasm_store_t>(wasm_store_new(e.get()), wasm_store_delete);
  }
  wasm_valtype_t* type();
  wasm_functype_t* func_type();
  wasm_val_t value(const wasm_valtype_t* type);
  void values(const wasm_valtype_vec_t* types, wasm_val_vec_t* out);
  // Takes the value over.
  void keep(wasm_val_t v) {
    if (wasm_valkind_is_ref(v.kind)) refs_.put(v.of.ref, in_);
    else wasm_val_delete(&v);
  }
  void keep(wasm_extern_t* e);
  bool good(nacre_error_t* e);
  bool good(wasm_trap_t* t) {
    if (t == nullptr) return true;
    traps_.put(t, in_);
    return false;
  }

  Handles<wasm_engine_t> engines_{wasm_engine_delete};
  std::array<Owned<wasm_store_t>, 4> stores_;
  Handles<wasm_module_t> modules_{wasm_module_delete};
  Handles<wasm_shared_module_t> shared_modules_{wasm_shared_module_delete};
  Handles<wasm_instance_t> instances_{wasm_instance_delete};
  Handles<wasm_func_t> funcs_{wasm_func_delete};
  Handles<wasm_memory_t> memories_{wasm_memory_delete};
  Handles<wasm_table_t> tables_{wasm_table_delete};
  Handles<wasm_global_t> globals_{wasm_global_delete};
  Handles<nacre_tag_t> tags_{nacre_tag_delete};
  Handles<wasm_extern_t> externs_{wasm_extern_delete};
  Handles<wasm_ref_t> refs_{wasm_ref_delete};
  Handles<wasm_trap_t> traps_{wasm_trap_delete};
  Handles<wasm_frame_t> frames_{wasm_frame_delete};
  Handles<nacre_error_t> errors_{nacre_error_delete};
  Handles<nacre_linker_t> linkers_{nacre_linker_delete};
  Handles<nacre_shared_memory_t> shared_{nacre_shared_memory_delete};
  Handles<nacre_interrupt_t> interrupts_{nacre_interrupt_delete};
};

// Host functions of every form: they go on with the program.
wasm_trap_t* plain(const wasm_val_vec_t* args, wasm_val_vec_t* results);
wasm_trap_t* with_env(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results);
wasm_trap_t* with_caller(void*, nacre_caller_t* caller, const wasm_val_vec_t* args,
                         wasm_val_vec_t* results);
wasm_trap_t* with_slots(void*, nacre_caller_t* caller, uint64_t slots[]);

// Finalizers run exactly once: the block is theirs.
void* new_env();
void end_env(void* env);

}  // namespace nacre::fuzz::c
