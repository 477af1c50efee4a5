// SPDX-License-Identifier: Apache-2.0
#include "runtime/listener.hpp"

#include <memory>
#include <utility>

#include "runtime/compiled_module.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {
namespace {

// Listeners may make calls that fail: what is known of the present failure is put aside.
class FailureAside {
 public:
  explicit FailureAside(Store& store)
      : store_(store),
        exception_(store.new_handle(store.trap_info.exception)),
        info_(std::exchange(store.trap_info, {})),
        host_error_(std::exchange(store.host_error, {})) {}
  ~FailureAside() {
    info_.exception = static_cast<GcRef>(store_.handle(exception_));
    store_.release_handle(exception_);
    store_.trap_info = std::move(info_);
    store_.host_error = std::move(host_error_);
  }
  FailureAside(const FailureAside&) = delete;
  FailureAside& operator=(const FailureAside&) = delete;

 private:
  Store& store_;
  uint32_t exception_;
  TrapInfo info_;
  Error host_error_;
};

void tell(const UnwoundFrame& f, const Error& why) {
  f.instance->module->listeners->unwound(*f.instance, f.func, f.depth, why);
}

struct ListenedImport {
  Instance* instance;  // outlives the function: both are the store's
  uint32_t index;
  Func* target;
};

Trap call_listened(void* env, Store& store, Instance* caller, Slot* slots) {
  const auto& import = *static_cast<const ListenedImport*>(env);
  Instance& instance = *import.instance;
  const ModuleListeners& listeners = *instance.module->listeners;
  const Trap refused = listeners.before(instance, import.index, slots);
  if (refused != Trap::none) return refused;
  const Func& target = *import.target;
  const Trap trap = target.host(target.host_env, store, caller, slots);
  if (trap == Trap::none) return listeners.after(instance, import.index, slots);
  const Error why = store.describe_trap(trap);
  const FailureAside aside(store);
  tell({&instance, import.index, 0}, why);
  return trap;
}

}  // namespace

void report_unwound(Store& store, Trap trap) {
  if (store.listening->unwound.empty()) return;
  const std::vector<UnwoundFrame> frames = std::exchange(store.listening->unwound, {});
  const Error why = store.describe_trap(trap);
  const FailureAside aside(store);
  for (const UnwoundFrame& f : frames) tell(f, why);
}

GcRef tell_passed(Store& store, const std::vector<UnwoundFrame>& frames, GcRef exception) {
  const uint32_t handle = store.new_handle(exception);
  {
    const FailureAside aside(store);
    store.trap_info.set_exception(exception);
    const Error why = store.describe_trap(Trap::uncaught_exception);
    store.trap_info.set_exception(0);
    for (const UnwoundFrame& f : frames) tell(f, why);
  }
  exception = static_cast<GcRef>(store.handle(handle));
  store.release_handle(handle);
  return exception;
}

Func* listened_import(Instance& instance, uint32_t index, Func* target) {
  auto import = std::make_shared<ListenedImport>(ListenedImport{&instance, index, target});
  void* const env = import.get();
  return instance.store().new_host_func(target->type, call_listened, env, std::move(import),
                                        target->host_info->name);
}

}  // namespace nacre::runtime
