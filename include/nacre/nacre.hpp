// SPDX-License-Identifier: Apache-2.0
//
// All of nacre's C++ API.
//
//   #include <nacre/nacre.hpp>
//
//   nacre::Engine engine;
//   auto module = nacre::Module::compile(engine, bytes).value();
//   nacre::Linker linker{engine};
//   linker.func("env", "twice", [](int32_t x) { return 2 * x; });
//   nacre::Store store{engine};
//   auto instance = linker.instantiate(store, module).value();
//   int32_t answer = instance.func<int32_t()>("answer").value()().value();
//
// Apart: WASI (nacre/wasi.hpp, nacre/wasi_threads.hpp).
#pragma once

#include "nacre/caller.hpp"
#include "nacre/compile_options.hpp"
#include "nacre/config.hpp"
#include "nacre/coredump.hpp"
#include "nacre/engine.hpp"
#include "nacre/extern.hpp"
#include "nacre/features.hpp"
#include "nacre/func.hpp"
#include "nacre/gc.hpp"
#include "nacre/global.hpp"
#include "nacre/growth.hpp"
#include "nacre/instance.hpp"
#include "nacre/limits.hpp"
#include "nacre/linker.hpp"
#include "nacre/listener.hpp"
#include "nacre/memory.hpp"
#include "nacre/memory_allocator.hpp"
#include "nacre/module.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/table.hpp"
#include "nacre/tag.hpp"
#include "nacre/text.hpp"
#include "nacre/trap.hpp"
#include "nacre/types.hpp"
#include "nacre/v128.hpp"
#include "nacre/value.hpp"
