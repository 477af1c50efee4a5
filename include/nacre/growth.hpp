// SPDX-License-Identifier: Apache-2.0
//
// GrowthRequest: what a store's growth callback is asked about.
//
//   uint64_t budget = 64 << 20;
//   store.set_growth_callback([&](const nacre::GrowthRequest& r) {
//     if (r.kind == nacre::GrowthKind::table) return true;
//     if (r.desired - r.current > budget) return false;
//     budget -= r.desired - r.current;
//     return true;
//   });
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// What grows.
enum class GrowthKind : uint8_t { memory, table };

// A memory or table that wants to grow, or to be made. Sizes are bytes of a memory and entries of
// a table.
struct GrowthRequest {
  GrowthKind kind = GrowthKind::memory;  // what it is
  bool creation = false;                 // it is being made, by the host or by instantiation
  uint64_t current = 0;                  // its size; 0 when it is being made
  uint64_t desired = 0;                  // what it wants to be; at most `maximum`
  uint64_t maximum = 0;                  // the most its type and the store's limits allow
};

}  // namespace nacre
