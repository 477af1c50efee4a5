// SPDX-License-Identifier: Apache-2.0
//
// Between public types and values and the runtime's. The runtime's types here always carry
// engine-wide ids.
#pragma once

#include <span>
#include <vector>

#include "api/data.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"
#include "runtime/objects.hpp"

namespace nacre::detail {

ValType to_public(wasm::ValType type);
FuncType to_public_func(std::span<const wasm::ValType> params,
                        std::span<const wasm::ValType> results);
MemoryType to_public(const wasm::MemoryType& type);
TableType to_public_table(wasm::ValType elem, const wasm::SizeLimits& limits);
// The type of an import or export of a module.
ExternType extern_type(const runtime::CompiledModule& module, wasm::ExternKind kind,
                       uint32_t index);
// The type of an object; sizes as they are now.
ExternType extern_type(const runtime::Extern& item);

// A public type as the runtime's. Errors: invalid_argument for types that are not alive in this
// registry, or that cannot be.
Result<wasm::ValType> to_wasm(const runtime::TypeRegistry& registry, ValType type);
// The same for whatever it says, storage types too, to be printed.
wasm::ValType to_wasm_unchecked(ValType type);
Result<std::vector<wasm::ValType>> to_wasm(const runtime::TypeRegistry& registry,
                                           Span<const ValType> types);
// A function type within the engine's limits, as the registry's; the caller releases it.
Result<const runtime::RuntimeType*> intern_func(const Engine& engine, Span<const ValType> params,
                                                Span<const ValType> results);
Result<wasm::MemoryType> to_wasm(const MemoryType& type);
Result<wasm::SizeLimits> to_wasm_limits(const TableType& type);

RefKind ref_kind(wasm::Heap top);
// Slots a value of this type takes.
inline uint32_t slots_of(wasm::ValType type) { return type.is_vec() ? 2 : 1; }

// The value in `slots`, of this type.
Value decode_value(StoreData& store, wasm::ValType type, const runtime::Slot* slots);
// Puts the value into `slots`; an error says why it does not fit the type or the store.
Result<void> encode_value(StoreData& store, wasm::ValType type, const Value& value,
                          runtime::Slot* slots);
// Whether a non-null reference matches a heap type.
bool ref_matches(StoreData& store, runtime::RefBits bits, wasm::HeapType type);
// What a non-null reference of this hierarchy points to.
RefShape shape_of(StoreData& store, RefKind kind, runtime::RefBits bits);

Extern to_public(StoreData& store, const runtime::Extern& item);
runtime::Extern to_runtime(const Extern& item);

}  // namespace nacre::detail
