// SPDX-License-Identifier: Apache-2.0
//
// What a store held when its code trapped, as a file for a debugger.
//
//   nacre::Result<void> done = run();
//   if (!done) (void)nacre::write_coredump(store, done.error(), "crash.wasm", "app");
#pragma once

#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

// Writes a coredump (WebAssembly tool conventions, Coredump.md) to `path`: the frames of `error`,
// every instance of `store` and what its memories and globals hold now, so call it before
// anything else runs. Memories are written without their zeros. `program` is the name in the
// coredump. References in globals become null; locals and operands are not there. Frames of
// another store count as of its first instance. A file that is there is replaced. The store's
// thread only. Errors: invalid_argument (no store), limit (more than 4 GiB of data), io.
Result<void> write_coredump(StoreContext store, const Error& error, StringView path,
                            StringView program = {});

}  // namespace nacre
