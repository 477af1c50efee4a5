// SPDX-License-Identifier: Apache-2.0
//
// The engine: code of modules, calls from the host.
#include <algorithm>
#include <cstring>
#include <new>

#include "interp/exec.hpp"
#include "interp/interp.hpp"
#include "interp/translate.hpp"
#include "os/float_env.hpp"

namespace nacre::interp {

// --- code

uint64_t Body::position(uint32_t word) const {
  uint64_t at = 0, offset = 0;
  size_t i = 0;
  const auto read = [&] {
    uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint8_t b = positions[i++];
      v |= static_cast<uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return v;
    }
  };
  while (i < positions.size()) {
    const uint64_t next = at + read();
    const uint64_t delta = read();
    if (next > word) break;
    at = next;
    offset += delta;
  }
  return code_offset + offset;
}

namespace {

uint32_t stub_link_slots(const runtime::RuntimeType& type) {
  return std::max(type.param_slots, type.result_slots);
}

}  // namespace

ModuleImage::ModuleImage(const runtime::CompiledModule& module, const runtime::CodeOptions& options)
    : module_(module), options_(options) {
  const uint32_t n = module.module.num_defined_funcs();
  functions_ = std::make_unique<FunctionCode[]>(n);
  const Handler stub = translate_stub;
  for (uint32_t i = 0; i < n; ++i) {
    FunctionCode& f = functions_[i];
    const uint32_t link = stub_link_slots(*module.func_type(module.module.num_imported_funcs + i));
    f.stub_header[0] = (link + 1) * static_cast<uint32_t>(sizeof(Slot));
    f.stub_header[1] = link * static_cast<uint32_t>(sizeof(Slot));
    FunctionCode* const self = &f;
    std::memcpy(f.stub, &stub, sizeof stub);
    std::memcpy(f.stub + ptr_words, &self, sizeof(void*));
    f.defined_index = i;
    f.image = this;
    f.entry.store(f.stub, std::memory_order_relaxed);
  }
  declared_ = validate::declared_funcs(module.module);
}

ModuleImage::~ModuleImage() = default;

const Body* ModuleImage::translate(FunctionCode& function) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (function.body != nullptr) return function.body.get();
  if (translation_ == nullptr)
    translation_ = std::make_unique<Translation>(*this, options_, declared_);
  std::unique_ptr<Body> body = translation_->run(function);
  if (body == nullptr) return nullptr;
  by_address_.emplace(body->words.get(), &function);
  const Word* entry = body->words.get() + 2;
  function.body = std::move(body);
  function.entry.store(entry, std::memory_order_release);
  return function.body.get();
}

const FunctionCode* ModuleImage::find(const Word* pc) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto after = by_address_.upper_bound(pc);
  if (after == by_address_.begin()) return nullptr;
  const FunctionCode* f = (--after)->second;
  return pc < f->body->words.get() + f->body->num_words ? f : nullptr;
}

FunctionCode& code_of(const Func& func) {
  if (func.engine_code == nullptr) {
    ModuleImage& image = image_of(*func.instance);
    func.engine_code = &image.function(func.index - image.module().module.num_imported_funcs);
  }
  return *static_cast<FunctionCode*>(func.engine_code);
}

// --- running

void exit_activation(NACRE_REGS) {
  NACRE_ENTER;
#if NACRE_INTERP_LOOP
  pc = nullptr;
#endif
  static_cast<void>(pc);
}

namespace {

void run(Exec& ex, const Word* entry, Slot* frame) {
  uint8_t* mem = ex.instance->vm.memory0_base;
  const uint64_t len = ex.instance->vm.memory0_length;
#if NACRE_INTERP_LOOP
  Regs regs{entry, frame, &ex, mem, len, 0, 0, 0, {}};
  while (regs.pc != nullptr) load_ptr<Handler>(regs.pc)(regs);
#else
  load_ptr<Handler>(entry)(entry, frame, &ex, mem, len, 0, 0, 0, Vec{});
#endif
}

// Suspends the running activation for the life of this object.
class Activation {
 public:
  explicit Activation(Exec& ex) : ex_(ex) {
    ex.activations.push_back({ex.pc, ex.fp, ex.top, ex.instance, ex.host, ex.crossings.size()});
    ex.host = nullptr;
    ex.trap = Trap::none;
    ex.pending_overflow = nullptr;
  }
  ~Activation() {
    const SavedState s = ex_.activations.back();
    ex_.activations.pop_back();
    ex_.crossings.resize(s.crossings);
    ex_.pc = s.pc;
    ex_.fp = s.fp;
    ex_.top = s.top;
    ex_.host = s.host;
    if (s.instance != nullptr) ex_.enter_instance(s.instance);
    else ex_.instance = nullptr;
  }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

 private:
  Exec& ex_;
};

class Interpreter final : public runtime::ExecEngine {
 public:
  explicit Interpreter(const runtime::CodeOptions& options) : options_(options) {}

  const char* name() const override { return "interpreter"; }

  Result<std::unique_ptr<runtime::ModuleCode>> compile(const runtime::CompiledModule& m,
                                                       const runtime::StopCheck& stop) override {
    auto image = std::make_unique<ModuleImage>(m, options_);
    if (options_.eager)
      for (uint32_t i = 0; i < m.module.num_defined_funcs(); ++i) {
        if (stop()) return runtime::StopCheck::error();
        if (image->translate(image->function(i)) == nullptr)
          return make_error(ErrorKind::limit, "out of memory for code");
      }
    return std::unique_ptr<runtime::ModuleCode>(std::move(image));
  }

  std::unique_ptr<runtime::ExecStack> new_stack(Store& store) override {
    return std::make_unique<InterpStack>(store, options_.interruptible);
  }

  Trap call(Store& store, Func& func, Slot* slots) override {
    auto& stack = static_cast<InterpStack&>(store.stack());
    // Stores of their own may nest in host functions, each at its outermost call: none of them
    // would be the one to ask for all.
    if (store.host_stack_is_low()) return refuse(store, Trap::stack_exhausted);
    if (!stack.prepare()) return store.set_trap(Trap::out_of_memory);
    const os::FloatModeScope float_mode;
    Exec& ex = stack.exec;
    if (options_.interruptible)
      if (const Trap t = store.stop_trap(); t != Trap::none) return refuse(store, t);
    store.trap_info.trap = Trap::none;
    Slot* frame = ex.top;
    FunctionCode& code = code_of(func);
    const Activation activation(ex);
    const Word* entry = code.entry.load(std::memory_order_acquire);
    if (entry[frame_word] > static_cast<size_t>(ex.limit - frame) * sizeof(Slot)) {
      ex.host = nullptr;
      return refuse(store, Trap::stack_exhausted);
    }
    std::copy_n(slots, func.type->param_slots, frame);
    const uint64_t link = reinterpret_cast<uintptr_t>(exit_code());
    std::memcpy(reinterpret_cast<char*>(frame) + entry[link_word], &link, sizeof link);
    ex.enter_instance(func.instance);
    run(ex, entry, frame);
    if (NACRE_UNLIKELY(ex.trap != Trap::none)) return ex.trap;
    std::copy_n(frame, func.type->result_slots, slots);
    return Trap::none;
  }

  // A call that does not begin.
  static Trap refuse(Store& store, Trap why) {
    store.trap_info.frames.clear();
    store.trap_info.frames_total = 0;
    return store.set_trap(why);
  }

  uint64_t frames(Store& store, std::vector<runtime::RawFrame>& out, size_t max) override {
    const Exec& ex = static_cast<InterpStack&>(store.stack()).exec;
    return ex.memory == nullptr ? 0 : collect_frames(ex, out, max);
  }

 private:
  runtime::CodeOptions options_;
};

}  // namespace

std::shared_ptr<runtime::ExecEngine> make_interpreter(const runtime::CodeOptions& options) {
  return std::make_shared<Interpreter>(options);
}

}  // namespace nacre::interp
