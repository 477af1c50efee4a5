// SPDX-License-Identifier: Apache-2.0
//
// Puts WASI into a linker.
#pragma once

#include <memory>

#include "runtime/linker.hpp"
#include "wasi/context.hpp"

namespace nacre::wasi {

// Defines every function of wasi_snapshot_preview1 and wasi_unstable in `linker`, with `registry`'s
// types. They act on the memory their caller exports as "memory", else on its memory 0.
Result<void> define(runtime::Linker& linker, runtime::TypeRegistry& registry,
                    const std::shared_ptr<Context>& context);

}  // namespace nacre::wasi
