// SPDX-License-Identifier: Apache-2.0
//
// From the C++ API's errors to nacre_error_t and traps, and back.
#pragma once

#include "capi/handles.hpp"

namespace nacre::capi {

// Owned by the caller.
nacre_error_t* make_error_object(Error&& error);
// Null for success.
template <class T>
nacre_error_t* error_of(Result<T>&& result) {
  return result ? nullptr : make_error_object(std::move(result.error()));
}

// Keeps the error as what nacre_store_last_error tells.
void remember(wasm_store_t& store, Error&& error);

// The trap for an error of a call into the store. When it is the trap a host function returned,
// that one.
wasm_trap_t* make_trap(wasm_store_t& store, nacre_error_t&& error);
wasm_trap_t* make_trap(wasm_store_t& store, Error&& error);
// What a call of the store's code that just failed failed with; and as a trap.
nacre_error_t failed_call(wasm_store_t& store);
// The error of an instantiation, whose frames are without instances.
nacre_error_t failed_instantiation(const Module& module, Error&& error);
// Places of frames an engine gave.
std::vector<nacre_error_t::Place> places_of(std::span<const runtime::RawFrame> frames);

// Leaves a host function with this trap, which it deletes.
TrapCode throw_trap(wasm_store_t& store, runtime::Store& runtime_store, wasm_trap_t* trap);

wasm_frame_vec_t make_frames(wasm_store_t* store, const nacre_error_t& error);

}  // namespace nacre::capi

struct wasm_frame_t {
  nacre::Frame frame;
  size_t func_offset = 0;
  std::unique_ptr<wasm_instance_t> instance;
  // Read when first asked for.
  mutable std::optional<nacre::List<nacre::SourceLocation>> sources;
};
