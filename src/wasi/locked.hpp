// SPDX-License-Identifier: Apache-2.0
//
// Handles for guests with several threads: one thread at a time in each.
#pragma once

#include <memory>
#include <mutex>

#include <nacre/wasi.hpp>

namespace nacre::wasi {

// `inner`, whose operations, and those of everything opened through it, exclude one another and
// whatever else uses `mutex`. Handles of the host's files look after themselves and are returned
// as they are.
Ref<Handle> locked_handle(Ref<Handle> inner, std::shared_ptr<std::mutex> mutex);

// The handle inside a locked one, or `h` itself.
const Handle& unlocked(const Handle& h);

}  // namespace nacre::wasi
