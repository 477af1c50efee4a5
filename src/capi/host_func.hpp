// SPDX-License-Identifier: Apache-2.0
//
// A C callback as a host function of the C++ API.
#pragma once

#include <memory>

#include "capi/handles.hpp"

struct nacre_caller_t {
  wasm_store_t* store;
  nacre::Caller caller;
};

namespace nacre::capi {

// One of the callbacks is set.
struct HostFunc {
  wasm_func_callback_t plain = nullptr;
  wasm_func_callback_with_env_t with_env = nullptr;
  nacre_callback_t with_caller = nullptr;
  nacre_unchecked_callback_t unchecked = nullptr;
  void* env = nullptr;
  void (*finalizer)(void*) = nullptr;
  const runtime::RuntimeType* type = nullptr;  // its HostDefinition keeps it alive

  HostFunc() = default;
  HostFunc(void* e, void (*f)(void*)) : env(e), finalizer(f) {}
  HostFunc(const HostFunc&) = delete;
  HostFunc& operator=(const HostFunc&) = delete;
  ~HostFunc();  // runs the finalizer
};

// For a HostDefinition, which owns `func` then; `type` must outlive the use of the result.
detail::HostFunction host_function(const FuncType& type, std::unique_ptr<HostFunc> func);
// Tells the HostFunc of a definition its type; false when there is none.
bool complete(detail::HostDefinition& definition);

}  // namespace nacre::capi
