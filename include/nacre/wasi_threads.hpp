// SPDX-License-Identifier: Apache-2.0
//
// Threads of WASI programs: the function "thread-spawn" of module "wasi", for modules that import
// a shared memory.
//
//   config.threads = true;
//   nacre::wasi::add_to(linker, config).value();
//   nacre::wasi::Threads threads{linker, module};
//   nacre::Instance instance = threads.instantiate(store).value();
//   nacre::Result<void> outcome = threads.finish(instance.func<void()>("_start").value()());
//
// Every thread is a thread of the host with a store and an instance of the module of its own;
// they share the memory and the WASI descriptors. The program ends when its first thread returns
// from `_start`, when any thread calls proc_exit, or when one traps: the others are stopped then
// wherever they are.
#pragma once

#include <cstdint>

#include <nacre/detail/public.hpp>
#include <nacre/function.hpp>
#include <nacre/instance.hpp>
#include <nacre/linker.hpp>
#include <nacre/module.hpp>
#include <nacre/result.hpp>
#include <nacre/store.hpp>
#include <nacre/wasi.hpp>

namespace nacre {
namespace NACRE_PUBLIC wasi {

// Whether `module` wants threads: it imports "wasi"."thread-spawn" or a shared memory.
bool uses_threads(const Module& module);

// Bounds of a program's threads.
struct ThreadOptions {
  uint32_t max_threads = 64;  // at a time, beside the first; more are refused
  StoreLimits limits = {};    // of every thread's store
  // Called for every thread's new store, in that thread: fuel, timeout, user data.
  Function<void(Store&)> prepare = {};
};

// One program's threads. Not movable; outlives the use of the first thread's instance and does
// not outlive `linker`, whose host functions are called from all threads.
class Threads {
 public:
  // Defines "wasi"."thread-spawn" in `linker`, which must outlive this; `module` is shared.
  Threads(Linker& linker, const Module& module, ThreadOptions options = {});
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  // Ends all threads.
  ~Threads();

  // Makes the program's first instance, with new memories for the shared ones it imports that
  // `linker` does not define. Once. Errors: as Linker::instantiate; invalid_argument when the
  // engine is not Config::interruptible, without which threads could not be stopped.
  Result<Instance> instantiate(Store& store) {
    Result<Instance> r = instantiate_unguarded(store);
    if (!r) detail::rethrow_pending(store.anchor());
    return r;
  }

  // Given what the first thread's call returned, stops and joins the others. The outcome of
  // the program: the first exit or failure of any thread, else `first`. To be called by the thread
  // that called instantiate.
  Result<void> finish(Result<void> first);

  // Internal.
  struct State;

 private:
  Result<Instance> instantiate_unguarded(Store& store);
  static Result<Instance> create_instance(State& state, Store& store);
  static Result<void> run_thread(State& state, Store& store, int32_t id, int32_t argument);
  static void thread_main(void* worker);

  struct Shared;
  Shared* shared_;  // a reference to the state, as the running threads have
};

}  // namespace wasi
}  // namespace nacre
