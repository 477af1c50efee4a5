// SPDX-License-Identifier: Apache-2.0
//
// Table: a table of references.
//
//   nacre::Table table = instance.table("table").value();
//   nacre::Value entry = table.get(3).value();
//   if (nacre::Func f = entry.func()) f.call({}).value();
#pragma once

#include <cstdint>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

// A view; see Store for threads and lifetime.
class Table : public detail::View<runtime::Table> {
 public:
  using View::View;

  // A new table filled with `init` (null by default), owned by the store. Errors: limit, also when
  // the growth callback refuses; invalid_argument, for a bad type or an `init` of another:
  static Result<Table> create(StoreContext store, const TableType& type);
  static Result<Table> create(StoreContext store, const TableType& type, const Value& init);

  // Entries at the moment.
  uint64_t size() const;
  // The type, with the size at the moment as its minimum.
  TableType type() const;
  // The entry at `index`. Error: invalid_argument outside the table.
  Result<Value> get(uint64_t index) const;
  // Replaces it. Error: invalid_argument outside the table, for a value of another type or store.
  Result<void> set(uint64_t index, const Value& value) const;
  // Grows by `delta` entries of `init` and returns the size before. Errors: limit, also when the
  // growth callback refuses; invalid_argument.
  Result<uint64_t> grow(uint64_t delta, const Value& init) const;
};

}  // namespace nacre
