// SPDX-License-Identifier: Apache-2.0
//
// What a program over the C++ API has in its hands (fuzz_api.cpp says what it is). What makes
// things is in api_make.cpp, what uses them in api_use.cpp.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nacre/nacre.hpp>

#include "api_program.hpp"

namespace nacre::fuzz {

inline constexpr size_t max_stores = 4, max_linkers = 3;

// An object a reference owns: it holds references itself, perhaps of the store it lies in, and does
// what it may not when it goes.
struct Burden {
  std::unique_ptr<uint32_t> whole = std::make_unique<uint32_t>(0xb0de4);
  Value held;
  Func to_call;
  Memory to_grow;
  std::unique_ptr<Store> store;

  Burden() = default;
  Burden(Burden&&) = default;
  ~Burden() {
    if (!whole) return;  // moved on
    if (*whole != 0xb0de4) std::abort();
    if (!to_call.empty()) (void)to_call.call({});
    if (!to_grow.empty()) (void)to_grow.grow(1);
    if (store) store->collect_garbage();
  }
};

class World final : public Program {
 public:
  using Program::Program;

 private:
  void step() override;

  // --- things
  void new_engine() override;
  void new_module();
  void new_store() override;
  void change_store();
  void change_linker();
  void instantiate();
  void use_instance();
  void new_func();
  void call();
  void call_typed();
  void use_memory();
  void use_table();
  void use_global();
  void use_tag();
  void use_ref();
  Burden burden();
  void use_store();
  void introspect();
  void drop();

  // --- choices
  Store* store() {
    std::unique_ptr<Store>& s = stores_[in_.below(max_stores)];
    if (!s) s = std::make_unique<Store>(engine());
    return s.get();
  }
  Engine engine() { return *engines_.pick(in_); }
  ValType type();
  FuncType func_type();
  Value value(ValType type, Store& store);
  std::vector<Value> values(const List<ValType>& types, Store& store);
  void keep(const Value& v) {
    values_.put(v, in_);
    if (const Func f = v.func()) funcs_.put(f, in_);
  }
  void keep(const Extern& e);
  void look_at(const Error& e);
  template <class T>
  bool good(const Result<T>& r) {
    if (!r) look_at(r.error());
    return r.has_value();
  }
  template <class Signature, class... A>
  void try_typed(const Func& f, const A&... args);
  template <class Define>
  void define_host(Define define);

  Pool<std::optional<Engine>, 3> engines_;
  Pool<std::optional<Module>, 6> modules_;
  std::array<std::unique_ptr<Store>, max_stores> stores_;
  std::array<std::unique_ptr<Linker>, max_linkers> linkers_;
  std::array<int, max_linkers> linker_busy_{};
  Pool<Instance, 8> instances_;
  Pool<Func, 16> funcs_;
  Pool<Memory, 8> memories_;
  Pool<Table, 8> tables_;
  Pool<Global, 8> globals_;
  Pool<Tag, 6> tags_;
  Pool<Extern, 16> externs_;
  Pool<Value, 24> values_;
  Pool<SharedMemory, 4> shared_;
  Pool<std::optional<InterruptHandle>, 4> handles_;
  Pool<std::optional<Error>, 4> errors_;
};

}  // namespace nacre::fuzz
