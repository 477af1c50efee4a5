// SPDX-License-Identifier: Apache-2.0
//
// Threads of a WASI program. What they share is in State, under its mutex. A worker is in the list
// from its spawn until it is joined: by a later spawn, once it is done, or by finish().
#include "nacre/wasi_threads.hpp"

#include <list>
#include <mutex>
#include <optional>

#include "api/linker_data.hpp"
#include "nacre/func.hpp"
#include "os/thread.hpp"
#include "wasm/module.hpp"

namespace nacre::wasi {
namespace {

constexpr const char* spawn_module = "wasi";
constexpr const char* spawn_name = "thread-spawn";
constexpr const char* start_name = "wasi_thread_start";
constexpr int32_t max_thread_id = 0x1fffffff;
constexpr uint64_t own_stack_bytes = uint64_t{1} << 20;  // beside the WebAssembly stack

int32_t refusal(Errno e) { return -static_cast<int32_t>(e); }

bool is_shared_memory(const ExternType& t) {
  return t.kind == ExternKind::memory && t.memory.shared;
}

struct Worker {
  Threads::State* state;
  int32_t id, argument;
  os::Thread thread;
  std::optional<InterruptHandle> running;
  bool done = false;
};

}  // namespace

struct Threads::State {
  State(Linker& l, const Module& m, ThreadOptions o)
      : linker(l), module(m), options(std::move(o)), imports(m.imports()) {
    FuncType start;
    start.params = {ValKind::i32, ValKind::i32};
    for (const ExportType& e : m.exports())
      if (e.name == start_name && e.type.kind == ExternKind::func && e.type.func == start)
        can_start = true;
  }

  int32_t spawn(int32_t argument) {
    std::lock_guard<std::mutex> lock(mutex);
    if (!can_start) return refusal(Errno::notsup);
    if (ended || memories.size() != imports.size()) return refusal(Errno::again);
    for (auto w = workers.begin(); w != workers.end();) {
      if (w->done) w->thread.join();
      w = w->done ? workers.erase(w) : std::next(w);
    }
    if (workers.size() >= options.max_threads) return refusal(Errno::again);
    Worker& w = workers.emplace_back(Worker{this, new_id(), argument, {}, {}});
    if (w.thread.start(thread_main, &w, stack_bytes())) return w.id;
    workers.pop_back();
    return refusal(Errno::again);
  }

  // The program ends with `result`, unless it has ended already. Stops everyone but the caller.
  void end(Result<void> result, bool by_first) {
    std::lock_guard<std::mutex> lock(mutex);
    if (ended) return;
    ended = true;
    outcome = std::move(result);
    for (Worker& w : workers)
      if (w.running) w.running->interrupt();
    if (by_first || !first) return;
    first->interrupt();
    first_interrupted = true;
  }

  // No worker is added once the program has ended, so the list stands still.
  Result<void> finish(Result<void> result) {
    end(std::move(result), true);
    for (Worker& w : workers) w.thread.join();
    workers.clear();
    if (first_interrupted) first->clear();
    first_interrupted = false;
    return outcome;
  }

  Linker& linker;
  Module module;
  ThreadOptions options;
  std::vector<ImportType> imports;
  std::vector<SharedMemory> memories;  // by import; complete once there is a first instance
  bool can_start = false;

  std::mutex mutex;
  std::list<Worker> workers;
  int32_t last_id = 0;
  bool ended = false, first_interrupted = false;
  Result<void> outcome;
  std::optional<InterruptHandle> first;

 private:
  int32_t new_id() {
    for (bool taken = true; taken;) {
      last_id = last_id == max_thread_id ? 1 : last_id + 1;
      taken = false;
      for (const Worker& w : workers) taken = taken || w.id == last_id;
    }
    return last_id;
  }
  size_t stack_bytes() const {
    uint64_t stack = std::min(linker.engine().config().max_stack, options.limits.max_stack);
    return static_cast<size_t>(std::min<uint64_t>(stack, uint64_t{64} << 20) + own_stack_bytes);
  }
};

struct Threads::Shared {
  std::shared_ptr<State> state;
};

bool uses_threads(const Module& module) {
  for (const ImportType& i : module.imports())
    if (is_shared_memory(i.type) || (i.module == spawn_module && i.name == spawn_name)) return true;
  return false;
}

Threads::Threads(Linker& linker, const Module& module, ThreadOptions options)
    : shared_(new Shared{std::make_shared<State>(linker, module, std::move(options))}) {
  linker.func(spawn_module, spawn_name, [state = shared_->state](int32_t argument) -> int32_t {
    return state->spawn(argument);
  });
}

Threads::~Threads() {
  (void)finish({});
  delete shared_;
}

Result<void> Threads::finish(Result<void> first) {
  return shared_->state->finish(std::move(first));
}

Result<Instance> Threads::create_instance(State& state, Store& store) {
  detail::StoreData* s = detail::live(store.anchor());
  std::vector<Extern> items;
  const std::vector<wasm::Import>& wanted = state.module.data()->module().imports;
  for (size_t i = 0; i < wanted.size(); ++i) {
    Extern& item = items.emplace_back();
    if (state.memories[i].empty()) {
      const Result<bool> there = detail::resolve(*s, *state.linker.data(), wanted[i], item);
      if (!there) return Error(there.error());
      continue;
    }
    Result<Memory> memory = Memory::attach(store, state.memories[i]);
    if (!memory) return std::move(memory.error());
    item = *memory;
  }
  return detail::instantiate(*s, state.module, items);
}

Result<Instance> Threads::instantiate_unguarded(Store& store) {
  State& state = *shared_->state;
  if (!state.linker.engine().config().interruptible)
    return make_error(ErrorKind::invalid_argument, "threads need an interruptible engine");
  detail::StoreData* s = detail::live(store.anchor());
  if (s == nullptr) return detail::store_gone();
  if (!s->engine.same(state.linker.engine()))
    return make_error(ErrorKind::invalid_argument, "a linker of another engine");
  if (state.first) return make_error(ErrorKind::invalid_argument, "instantiated already");
  std::vector<SharedMemory> memories;
  const std::vector<wasm::Import>& wanted = state.module.data()->module().imports;
  for (size_t i = 0; i < wanted.size(); ++i) {
    memories.emplace_back();
    if (!is_shared_memory(state.imports[i].type)) continue;
    Extern defined;
    const Result<bool> there = detail::resolve(*s, *state.linker.data(), wanted[i], defined);
    if (!there) return Error(there.error());
    if (*there) {
      memories.back() = defined.memory().share();
      continue;
    }
    Result<Memory> made = Memory::create(store, state.imports[i].type.memory);
    if (!made) return std::move(made.error());
    memories.back() = made->share();
  }
  {
    std::lock_guard<std::mutex> lock(state.mutex);
    state.memories = std::move(memories);
    state.first = store.interrupt_handle();
  }
  return create_instance(state, store);
}

Result<void> Threads::run_thread(State& state, Store& store, int32_t id, int32_t argument) {
  Result<Instance> instance = create_instance(state, store);
  if (!instance) return std::move(instance.error());
  Result<Func> start = instance->func(start_name);
  if (!start) return std::move(start.error());
  uint64_t slots[2] = {static_cast<uint32_t>(id), static_cast<uint32_t>(argument)};
  if (detail::call_slots(store.anchor(), start->object(), slots) == TrapCode::none) return {};
  return detail::call_error(store.anchor());
}

void Threads::thread_main(void* env) {
  Worker& worker = *static_cast<Worker*>(env);
  State& state = *worker.state;
  {
    Store store{state.linker.engine(), state.options.limits};
    bool run;
    {
      std::lock_guard<std::mutex> lock(state.mutex);
      run = !state.ended;
      worker.running = store.interrupt_handle();
    }
    if (run) {
      if (state.options.prepare) state.options.prepare(store);
      Result<void> r = run_thread(state, store, worker.id, worker.argument);
      if (!r) {
        if (r.error().kind != ErrorKind::exit)
          r.error().message = "thread " + std::to_string(worker.id) + ": " + r.error().message;
        state.end(std::move(r), false);
      }
    }
  }
  std::lock_guard<std::mutex> lock(state.mutex);
  worker.running.reset();
  worker.done = true;
}

}  // namespace nacre::wasi
