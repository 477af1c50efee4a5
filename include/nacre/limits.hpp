// SPDX-License-Identifier: Apache-2.0
//
// Limits: how large a module may be in each respect.
//
//   nacre::Config config{.limits = {.max_functions = 10'000}};
//
// The defaults are those of the WebAssembly JavaScript Interface ("Implementation-defined
// Limits"), so a module that loads in a browser loads here. Embedders lower them; nothing raises
// them.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// Of one module. Exceeding one is an ErrorKind::limit or malformed when it is compiled.
struct Limits {
  // Bytes of the binary:
  uint64_t max_module_bytes = uint64_t{1} << 30;

  // How many a module may have of each, imports included:
  uint32_t max_types = 1'000'000;
  uint32_t max_functions = 1'000'000;
  uint32_t max_imports = 1'000'000;
  uint32_t max_exports = 1'000'000;
  uint32_t max_globals = 1'000'000;
  uint32_t max_tags = 1'000'000;
  uint32_t max_data_segments = 100'000;
  uint32_t max_elem_segments = 100'000;
  uint32_t max_tables = 100'000;
  uint32_t max_memories = 100;
  uint32_t max_table_entries = 10'000'000;  // initial size of a table, entries of one segment

  // Of one function, struct type or instruction; bytes of one body:
  uint32_t max_params = 1'000;
  uint32_t max_results = 1'000;
  uint32_t max_body_bytes = 7'654'321;
  uint32_t max_locals = 50'000;
  uint32_t max_struct_fields = 10'000;
  uint32_t max_array_new_fixed = 10'000;
  uint32_t max_subtype_depth = 63;
};

}  // namespace nacre
