// SPDX-License-Identifier: Apache-2.0
//
// wasm_val_t to and from the C++ API's values and the runtime's slots.
#pragma once

#include "api/convert.hpp"
#include "capi/handles.hpp"

namespace nacre::capi {

// An owned handle for a reference; null for null. Foreign objects and boxed handles come out as
// what they were.
wasm_ref_t* wrap_ref(wasm_store_t* store, const Ref& ref);
// The reference as one of the hierarchy `kind`, or of another when it cannot be: then whoever uses
// it finds a wrong type.
Ref to_ref(wasm_store_t& store, RefKind kind, const wasm_ref_t* ref);
// The hierarchy of a reference type; needs the store for concrete ones.
RefKind hierarchy(const wasm_store_t& store, ValType type);
// The value as one of `type`. What is not comes out as a value of another type; of references it is
// what they refer to that counts, not which of the kinds of references the value says. Error:
// invalid_argument, for a kind there is not.
Result<Value> to_value(wasm_store_t& store, ValType type, const wasm_val_t& value);
// Owned by the caller.
wasm_val_t from_value(wasm_store_t* store, const Value& value);

// The same straight into and out of slots.
Result<void> encode(wasm_store_t& store, detail::StoreData& data, wasm::ValType type,
                    const wasm_val_t& value, runtime::Slot* slots);
wasm_val_t decode(wasm_store_t& store, detail::StoreData& data, wasm::ValType type,
                  const runtime::Slot* slots);

}  // namespace nacre::capi
