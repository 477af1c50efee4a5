// SPDX-License-Identifier: Apache-2.0
#include "runtime/store.hpp"

#include <algorithm>

#include "os/float_env.hpp"
#include "os/threads.hpp"
#include "runtime/listener.hpp"
#include "runtime/memory_storage.hpp"

namespace nacre::runtime {
namespace {

// A call from a host function back into wasm needs the host's stack; this much must be left.
constexpr uintptr_t min_host_stack = 48 * 1024;

// Counts nested calls, also when a host function leaves by an exception.
class DepthGuard {
 public:
  explicit DepthGuard(uint32_t& depth) : depth_(depth) { ++depth_; }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  uint32_t& depth_;
};

Error limit_error(const char* what) { return make_error(ErrorKind::limit, what); }

}  // namespace

Store::Store(std::shared_ptr<ExecEngine> engine, std::shared_ptr<TypeRegistry> registry,
             const StoreLimits& limits)
    : engine_(std::move(engine)),
      registry_(std::move(registry)),
      limits_(limits),
      heap_(std::make_unique<gc::Heap>(*this, limits.max_gc_heap_bytes, limits.gc_stress)) {
  if (engine_ == nullptr) return;
  limits_.guarded_memories |= engine_->guards_memories();
  stack_ = engine_->new_stack(*this);
}

Store::~Store() {
  stack_.reset();  // its timer, on another thread, reaches the instances
  for (const RuntimeType* t : kept_types_) registry_->release({&t, 1});
}

void Store::keep_type(const RuntimeType* type) {
  // Host code tends to use one type many times in a row.
  if (!kept_types_.empty() && kept_types_.back()->group == type->group) return;
  if (!kept_groups_.insert(type->group).second) return;
  registry_->retain(type);
  kept_types_.push_back(type);
}

void Store::set_growth_callback(Function<bool(const GrowthRequest&)> callback) {
  growth_callback_ =
      callback ? std::make_shared<Function<bool(const GrowthRequest&)>>(std::move(callback))
               : nullptr;
}

CallbackScope::CallbackScope(Store& store)
    : store_(store), outer_(store.in_callback_), mode_(os::enter_float_mode()) {
  store_.in_callback_ = true;
  ++store_.host_depth;  // Store::call looks no further when it is 0
}

CallbackScope::~CallbackScope() {
  --store_.host_depth;
  store_.in_callback_ = outer_;
  os::set_float_mode(mode_);
}

bool Store::may_grow(const GrowthRequest& request) {
  if (growth_callback_ == nullptr && !in_callback_) return true;
  bool granted = false;
  if (!in_callback_) {
    // Held, because the callback may replace itself.
    const auto callback = growth_callback_;
    const CallbackScope scope(*this);
    granted = (*callback)(request);
  }
  growth_refused = !granted;
  return granted;
}

Func* Store::new_host_func(const RuntimeType* type, HostCallback fn, void* env,
                           std::shared_ptr<void> owner, std::string name) {
  keep_type(type);
  Func& f = funcs_.add();
  f.type = type;
  f.store = this;
  f.host = fn;
  f.host_env = env;
  f.host_info = &host_infos_.emplace_back(HostInfo{std::move(owner), std::move(name)});
  if (engine_ != nullptr) engine_->prepare(f);
  return &f;
}

Result<Memory*> Store::new_memory(const wasm::MemoryType& type,
                                  std::shared_ptr<MemoryImage> image) {
  if (memories_.size() >= limits_.max_memories)
    return limit_error("too many memories in this store");
  if (type.limits.has_max && type.limits.min > type.limits.max)
    return make_error(ErrorKind::invalid_argument, "size minimum must not be greater than maximum");
  if (type.limits.shared && !type.limits.has_max)
    return make_error(ErrorKind::invalid_argument, "shared memory must have maximum");
  if (type.limits.min > (limits_.max_memory_bytes >> type.page_size_log2))
    return limit_error("memory size exceeds the store's limit");
  const uint64_t maximum = std::min(MemoryStorage::limit_of(type), limits_.max_memory_bytes);
  const uint64_t bytes = type.limits.min << type.page_size_log2;
  if (bytes <= maximum && !may_grow({GrowthKind::memory, true, 0, bytes, maximum}))
    return limit_error("the embedder refused a memory");
  const bool guarded = limits_.guarded_memories && MemoryStorage::can_guard(type);
  if (memory_allocator != nullptr) {
    Result<std::shared_ptr<MemoryStorage>> hosted =
        MemoryStorage::create_hosted(type, memory_allocator, maximum, guarded);
    if (!hosted) return std::move(hosted.error());
    return adopt_shared_memory(type, std::move(*hosted));
  }
  std::shared_ptr<MemoryStorage> storage =
      guarded ? MemoryStorage::create_guarded(type, std::move(image))
              : MemoryStorage::create(type, std::move(image));
  if (storage == nullptr) return limit_error("out of memory for a linear memory");
  return adopt_shared_memory(type, std::move(storage));
}

Memory* Store::adopt_shared_memory(const wasm::MemoryType& type,
                                   std::shared_ptr<MemoryStorage> storage) {
  Memory& m = memories_.emplace_back();
  m.type = type;
  m.storage = std::move(storage);
  m.live_length = &m.storage->length_word();
  m.store = this;
  m.refresh();
  return &m;
}

Result<Table*> Store::new_table(wasm::ValType elem, const wasm::SizeLimits& limits, RefBits init) {
  if (tables_.size() >= limits_.max_tables) return limit_error("too many tables in this store");
  if (limits.has_max && limits.min > limits.max)
    return make_error(ErrorKind::invalid_argument, "size minimum must not be greater than maximum");
  if (limits.min > limits_.max_table_entries)
    return limit_error("table size exceeds the store's limit");
  const uint64_t maximum = std::min(Table::most(limits), limits_.max_table_entries);
  if (!may_grow({GrowthKind::table, true, 0, limits.min, maximum}))
    return limit_error("the embedder refused a table");
  Table& t = tables_.emplace_back();
  t.elem = t.elem_local = elem;
  t.limits = limits;
  t.store = this;
  t.holds_gc_refs = registry_->is_gc_ref(elem);
  t.entries.assign(static_cast<size_t>(limits.min), init);
  if (t.holds_gc_refs) gc_tables_.push_back(&t);
  if (elem.heap().is_concrete()) keep_type(registry_->by_id(elem.heap().type()));
  return &t;
}

Global* Store::new_global(wasm::GlobalType type, const Slot value[2], Slot* place) {
  Global& g = globals_.emplace_back();
  g.type = type;
  g.store = this;
  g.value = place != nullptr ? place : g.own;
  g.value[0] = value[0];
  if (type.type.is_vec()) g.value[1] = value[1];
  g.holds_gc_ref = registry_->is_gc_ref(type.type);
  if (g.holds_gc_ref) gc_globals_.push_back(&g);
  if (type.type.is_ref() && type.type.heap().is_concrete())
    keep_type(registry_->by_id(type.type.heap().type()));
  return &g;
}

Tag* Store::new_tag(const RuntimeType* type) {
  keep_type(type);
  Tag& t = tags_.emplace_back();
  t.type = type;
  t.store = this;
  return &t;
}

// The price of finding the stack's end is paid once per store and thread, and only by those who
// ask.
bool Store::host_stack_is_low() {
  const std::thread::id self = std::this_thread::get_id();
  if (stack_thread_ != self) {
    stack_thread_ = self;
    stack_low_ = os::stack_low_address();
  }
  const uintptr_t here = os::stack_pointer();
  return stack_low_ != 0 && here > stack_low_ && here - stack_low_ < min_host_stack;
}

Trap Store::refuse_call() {
  set_host_error(make_error(ErrorKind::trap,
                            "a call from a growth callback or the destructor of a host object"));
  return set_trap(Trap::host);
}

Trap Store::call(Func& func, Slot* slots) {
  if (NACRE_UNLIKELY(host_depth != 0)) {
    if (in_callback_) return refuse_call();
    if (host_depth >= limits_.max_host_depth || host_stack_is_low())
      return set_trap(Trap::stack_exhausted);
  }
  const DepthGuard guard(host_depth);
  const Trap trap = func.instance != nullptr ? engine_->call(*this, func, slots)
                                             : func.host(func.host_env, *this, nullptr, slots);
  if (NACRE_UNLIKELY(trap != Trap::none)) {
    trap_info.trap = trap;
    if (listening != nullptr) report_unwound(*this, trap);
  }
  return trap;
}

void Store::interrupt() {
  interrupt_requested.store(1, std::memory_order_release);
  if (stack_ != nullptr) stack_->interrupt();
}

void Store::clear_interrupt() {
  interrupt_requested.store(0, std::memory_order_release);
  if (stack_ != nullptr) stack_->clear_interrupt();
}

void Store::set_deadline(std::chrono::steady_clock::time_point when) {
  deadline = when;
  if (stack_ != nullptr) stack_->set_deadline(when);
}

Trap Store::stop_trap() const {
  if (interrupt_requested.load(std::memory_order_acquire) != 0) return Trap::interrupted;
  if (deadline == std::chrono::steady_clock::time_point::max()) return Trap::none;
  return std::chrono::steady_clock::now() >= deadline ? Trap::deadline : Trap::none;
}

bool Store::should_stop() const { return stop_trap() != Trap::none; }

uint32_t Store::new_handle(RefBits gc_ref) {
  if (free_handles_.empty()) {
    handles_.push_back(gc_ref);
    return static_cast<uint32_t>(handles_.size() - 1);
  }
  const uint32_t h = free_handles_.back();
  free_handles_.pop_back();
  handles_[h] = gc_ref;
  return h;
}

void Store::release_handle(uint32_t h) {
  handles_[h] = 0;
  free_handles_.push_back(h);
}

void Store::visit_roots(RootVisitor& v) {
  for (Global* g : gc_globals_) v.visit(g->value[0]);
  for (Table* t : gc_tables_)
    for (RefBits& r : t->entries) v.visit(r);
  for (Instance* i : gc_instances_)
    for (size_t s = 0; s < i->elem_values.size(); ++s)
      if (registry_->is_gc_ref(i->module->globalize(i->wasm_module().elems[s].type)))
        for (RefBits& r : i->elem_values[s]) v.visit(r);
  for (RefBits& r : handles_) v.visit(r);
  Slot exception = trap_info.exception;
  v.visit(exception);
  trap_info.exception = static_cast<GcRef>(exception);  // the same one, moved
  if (stack_ != nullptr) stack_->visit_roots(v);
}

}  // namespace nacre::runtime
