// SPDX-License-Identifier: Apache-2.0
//
// Compiling a module: its functions are divided into chunks of about equal size, threads take one
// chunk after another, and the image is linked from the chunks in order. What the code is does not
// depend on which thread made it.
#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/function_compiler.hpp"
#include "baseline/profiler.hpp"
#include "codegen/builtins.hpp"
#include "codegen/image.hpp"
#include "codegen/traps.hpp"
#include "os/fault_handler.hpp"
#include "os/thread.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/store.hpp"

namespace nacre::baseline {
namespace {

using codegen::CodeImage;
using codegen::FunctionBatch;
using codegen::NativeStack;
using codegen::Stubs;
using codegen::Watchdog;
using runtime::CompiledModule;
using runtime::Func;
using runtime::Instance;
using runtime::Slot;
using runtime::Store;

constexpr uint32_t chunk_bytes = 64 * 1024, chunk_functions = 1024;  // of wasm
constexpr uint32_t stop_bytes = 8 * 1024;                            // between stop checks, of wasm
constexpr size_t worker_stack_bytes = 512 * 1024;
constexpr unsigned max_workers = 64;

struct ModuleImage final : runtime::ModuleCode {
  std::unique_ptr<CodeImage> image;
  unsigned threads = 0;  // that made it
};

const ModuleImage& image_of(const Instance& instance) {
  return static_cast<const ModuleImage&>(*instance.module->code);
}

// --- compiling

// Chunks of all modules being compiled.
struct Counters {
  std::atomic<uint64_t> done{0}, total{0};
};

class Work {
 public:
  using Outcome = FunctionCompiler::Outcome;

  Work(const CompiledModule& module, const CompileOptions& options, Counters& counters,
       const runtime::StopCheck& stop)
      : module_(module),
        options_(options),
        declared_(validate::declared_funcs(module.module)),
        counters_(counters),
        stop_(stop) {
    uint32_t bytes = 0, first = 0;
    const uint32_t count = module.module.num_defined_funcs();
    for (uint32_t i = 0; i < count; ++i) {
      bytes += module.module.bodies[i].size;
      if (bytes < chunk_bytes && i - first < chunk_functions && i + 1 != count) continue;
      chunks_.push_back(i + 1);
      bytes = 0, first = i + 1;
    }
    batches_.resize(chunks_.size());
    counters_.total += chunks_.size();
  }
  ~Work() {
    counters_.done -= done_.load();
    counters_.total -= chunks_.size();
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  // Of all functions: whether they are done, or why not.
  Outcome run(unsigned threads) {
    threads = static_cast<unsigned>(std::min<size_t>(threads, chunks_.size()));
    std::vector<os::Thread> others(threads == 0 ? 0 : threads - 1);
    size_t started = 0;
    // Whoever cannot be started leaves its share to the rest.
    while (started < others.size() &&
           others[started].start([](void* self) { static_cast<Work*>(self)->take_chunks(); }, this,
                                 worker_stack_bytes))
      ++started;
    take_chunks();
    for (size_t i = 0; i < started; ++i) others[i].join();
    threads_ = static_cast<unsigned>(started) + 1;
    return outcome_.load();
  }

  std::span<FunctionBatch> batches() { return batches_; }
  // How many threads run() had.
  unsigned threads() const { return threads_; }

 private:
  void take_chunks() {
    FunctionCompiler compiler(module_, options_, declared_);
    for (;;) {
      const size_t chunk = next_.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks_.size() || outcome_.load(std::memory_order_relaxed) != Outcome::done)
        return;
      FunctionBatch batch;
      uint32_t unasked = stop_bytes + 1;  // bytes since the stop check
      for (uint32_t i = chunk == 0 ? 0 : chunks_[chunk - 1]; i < chunks_[chunk]; ++i) {
        const Outcome outcome =
            unasked > stop_bytes && stop_() ? Outcome::stopped : compiler.compile(i, batch);
        if (outcome != Outcome::done) {
          outcome_.store(outcome);
          return;
        }
        unasked = (unasked > stop_bytes ? 0 : unasked) + module_.module.bodies[i].size;
      }
      batches_[chunk] = std::move(batch);
      done_.fetch_add(1, std::memory_order_relaxed);
      counters_.done.fetch_add(1, std::memory_order_relaxed);
    }
  }

  const CompiledModule& module_;
  const CompileOptions& options_;
  const validate::DeclaredFuncs declared_;
  std::vector<uint32_t> chunks_;  // where each ends
  std::vector<FunctionBatch> batches_;
  Counters& counters_;
  const runtime::StopCheck stop_;
  unsigned threads_ = 0;
  std::atomic<size_t> next_{0}, done_{0};
  std::atomic<Outcome> outcome_{Outcome::done};  // so far; any that is another ends all
};

// --- engine

class Baseline final : public runtime::ExecEngine {
 public:
  Baseline(std::shared_ptr<Stubs> stubs, const Options& options) : stubs_(std::move(stubs)) {
    options_.features = options.features;
    options_.guarded = options.guarded && os::faults_supported() && can_reserve();
    options_.interruptible = options.interruptible;
    options_.fuel = options.fuel;
    threads_ = options.threads != 0 ? options.threads : std::thread::hardware_concurrency();
    threads_ = std::min(threads_, max_workers);
    if (options.interruptible) watchdog_ = std::make_shared<Watchdog>();
    profiler_ = Profiler::create(options.profile);
  }

  const char* name() const override { return "baseline"; }
  bool guards_memories() const override { return options_.guarded; }
  bool validates_bodies() const override { return true; }

  Result<std::unique_ptr<runtime::ModuleCode>> compile(const CompiledModule& m,
                                                       const runtime::StopCheck& stop) override {
    auto code = std::make_unique<ModuleImage>();
    if (!prepare_stubs(m)) return no_room();
    Work work(m, options_, counters_, stop);
    switch (work.run(threads_)) {
      case FunctionCompiler::Outcome::done:
        break;
      case FunctionCompiler::Outcome::failed:
        return no_room();
      case FunctionCompiler::Outcome::stopped:
        return runtime::StopCheck::error();
      case FunctionCompiler::Outcome::invalid:
        return make_error(ErrorKind::invalid, "a function is not valid");
    }
    code->image = CodeImage::link(work.batches(), m.module.num_defined_funcs(),
                                  m.module.num_imported_funcs, stubs_, options_.guarded);
    if (code->image == nullptr) return no_room();
    code->threads = work.threads();
    if (profiler_ != nullptr) profiler_->add(*code->image, m.module);
    return std::unique_ptr<runtime::ModuleCode>(std::move(code));
  }

  runtime::Progress progress() const override {
    return {counters_.done.load(std::memory_order_relaxed),
            counters_.total.load(std::memory_order_relaxed)};
  }

  std::unique_ptr<runtime::ExecStack> new_stack(Store& store) override {
    return std::make_unique<NativeStack>(store, stubs_, watchdog_);
  }

  Result<void> attach(Instance& instance) override {
    for (const runtime::Memory* m : instance.memories)
      if (options_.guarded && runtime::MemoryStorage::can_guard(m->type) && !m->storage->guarded())
        return make_error(ErrorKind::unlinkable,
                          "a memory without guard pages was made for another engine");
    stack_of(instance.store()).attach(instance.vm);
    if (image_of(instance).image->uses_floats()) stack_of(instance.store()).use_floats();
    instance.vm.builtins = codegen::builtins();
    return {};
  }

  void prepare(Func& func) override {
    if (func.instance == nullptr) {
      const void* const stub = stubs_->host_call(*func.type);
      func.engine_code = const_cast<void*>(stub != nullptr ? stub : stubs_->no_memory());
      return;
    }
    const ModuleImage& code = image_of(*func.instance);
    const wasm::Module& module = func.instance->wasm_module();
    func.engine_code =
        const_cast<void*>(code.image->func_entry(func.index - module.num_imported_funcs));
  }

  Trap call(Store& store, Func& func, Slot* slots) override {
    if (NACRE_UNLIKELY(func.engine_entry == nullptr)) {
      func.engine_entry = reinterpret_cast<const void*>(stubs_->entry(*func.type));
      if (func.engine_entry == nullptr) return store.set_trap(Trap::out_of_memory);
    }
    return stack_of(store).call(func, slots);
  }

  uint64_t frames(Store& store, std::vector<runtime::RawFrame>& out, size_t max) override {
    return stack_of(store).frames(out, max);
  }

 private:
  static NativeStack& stack_of(Store& store) { return static_cast<NativeStack&>(store.stack()); }
  // Makes, in one piece, the stubs that the module is likely to need: entries of exported
  // functions, host calls of imported ones. What is beyond the first few is made when it is used,
  // so that no module fills the engine's memory with stubs of the types it declares.
  bool prepare_stubs(const CompiledModule& m) {
    constexpr size_t few = 256;
    std::vector<const runtime::RuntimeType*> entered, host;
    for (uint32_t f = 0; f < m.module.num_imported_funcs && host.size() < few; ++f)
      host.push_back(m.func_type(f));
    for (size_t e = 0; e < m.module.exports.size() && entered.size() < few; ++e)
      if (m.module.exports[e].kind == wasm::ExternKind::func)
        entered.push_back(m.func_type(m.module.exports[e].index));
    return stubs_->prepare(entered, host);
  }
  // Whether the host has the address space for a guarded memory (processes may be limited).
  static bool can_reserve() {
    return runtime::MemoryStorage::create_guarded(wasm::MemoryType{}) != nullptr;
  }
  static Error no_room() { return make_error(ErrorKind::limit, "no memory for machine code"); }

  std::shared_ptr<Stubs> stubs_;
  std::shared_ptr<Watchdog> watchdog_;
  std::unique_ptr<Profiler> profiler_;  // null: nobody asked
  Counters counters_;
  CompileOptions options_;
  unsigned threads_;
};

}  // namespace

Result<std::shared_ptr<runtime::ExecEngine>> make_baseline(const Options& options) {
  if (os::cpu_arch() != os::CpuArch::x64)
    return make_error(ErrorKind::unsupported,
                      "the baseline compiler has no code for this processor");
  if (!options.features.has(os::cpu::sse41))
    return make_error(ErrorKind::unsupported,
                      "the baseline compiler needs a processor with SSE4.1");
  std::shared_ptr<Stubs> stubs = Stubs::create();
  if (stubs == nullptr)
    return make_error(ErrorKind::unsupported, "the host refuses executable memory");
  return std::shared_ptr<runtime::ExecEngine>(
      std::make_shared<Baseline>(std::move(stubs), options));
}

const codegen::CodeImage& code_image(const runtime::ModuleCode& code) {
  return *static_cast<const ModuleImage&>(code).image;
}

unsigned compile_threads(const runtime::ModuleCode& code) {
  return static_cast<const ModuleImage&>(code).threads;
}

}  // namespace nacre::baseline
