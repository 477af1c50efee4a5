// SPDX-License-Identifier: Apache-2.0
//
// Function listeners made of C callbacks. What a choice has made lives as long as the options and
// modules that keep the choice.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "capi/error.hpp"
#include "capi/host_func.hpp"
#include "capi/types.hpp"
#include "capi/values.hpp"

struct nacre_function_info_t {
  explicit nacre_function_info_t(const nacre::FunctionInfo& f)
      : index(f.index),
        imported(f.imported),
        name(f.name),
        label(to_string(f)),
        import_module(f.import_module),
        import_name(f.import_name),
        type(f.type) {
    for (const nacre::StringView e : f.exports) exports.emplace_back(e);
  }
  uint32_t index;
  bool imported;
  std::string name, label, import_module, import_name;
  std::vector<std::string> exports;
  nacre::FuncType type;
};

struct nacre_listener_call_t {
  nacre::ListenerCall& call;
  const nacre_function_info_t& function;
  nacre_caller_t caller;
};

namespace nacre::capi {
namespace {

class CListener final : public FunctionListener {
 public:
  CListener(const nacre_function_info_t& info, const nacre_listener_t& listener)
      : info_(info), c_(listener) {}

  void before(ListenerCall& call, Span<const Value> params) override {
    tell(call, c_.before, params);
  }
  void after(ListenerCall& call, Span<const Value> results) override {
    tell(call, c_.after, results);
  }
  void trap(ListenerCall& call, const Error& error) override {
    wasm_store_t* const st = store_of(call.store());
    if (st == nullptr || c_.trap == nullptr) return;
    const CallGuard guard(*st);
    nacre_error_t e;
    e.error = error;
    nacre_listener_call_t c{call, info_, {st, call.caller()}};
    c_.trap(c_.env, &c, &e);
  }

 private:
  using Callback = wasm_trap_t* (*)(void*, nacre_listener_call_t*, const wasm_val_vec_t*);

  // A store of the C++ API has nothing that C could be given.
  void tell(ListenerCall& call, Callback callback, Span<const Value> values) {
    wasm_store_t* const st = store_of(call.store());
    if (st == nullptr || callback == nullptr) return;
    const CallGuard guard(*st);
    wasm_val_vec_t list;
    wasm_val_vec_new_uninitialized(&list, values.size());
    for (size_t i = 0; i < values.size(); ++i) list.data[i] = from_value(st, values[i]);
    nacre_listener_call_t c{call, info_, {st, call.caller()}};
    wasm_trap_t* const trap = callback(c_.env, &c, &list);
    wasm_val_vec_delete(&list);
    if (trap != nullptr) call.end_with(throw_trap(*st, call.store(), trap));
  }

  const nacre_function_info_t info_;
  const nacre_listener_t c_;
};

struct Choice {
  nacre_choose_listener_t choose;
  void* env;
  void (*finalizer)(void*);
  std::deque<CListener> listeners;

  Choice(nacre_choose_listener_t c, void* e, void (*f)(void*)) : choose(c), env(e), finalizer(f) {}
  Choice(const Choice&) = delete;
  Choice& operator=(const Choice&) = delete;
  ~Choice() {
    if (finalizer) finalizer(env);
  }
};

}  // namespace
}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

nacre_compile_options_t* nacre_compile_options_new(void) { return new nacre_compile_options_t; }
void nacre_compile_options_delete(nacre_compile_options_t* options) { delete options; }

void nacre_compile_options_set_stop(nacre_compile_options_t* options, bool (*stop)(void* env),
                                    void* env) {
  options->options.stop = nullptr;
  if (stop != nullptr) options->options.stop = [stop, env] { return stop(env); };
}
void nacre_compile_options_set_listeners(nacre_compile_options_t* options,
                                         nacre_choose_listener_t choose, void* env,
                                         void (*finalizer)(void*)) {
  // A module keeps a copy of the callable, and with it the choice.
  auto choice = std::make_shared<Choice>(choose, env, finalizer);
  options->options.listeners = [choice](const nacre::FunctionInfo& f) -> nacre::FunctionListener* {
    const nacre_function_info_t info(f);
    nacre_listener_t listener = {};
    if (!choice->choose(choice->env, &info, &listener)) return nullptr;
    return &choice->listeners.emplace_back(info, listener);
  };
}

uint32_t nacre_function_info_index(const nacre_function_info_t* f) { return f->index; }
const char* nacre_function_info_name(const nacre_function_info_t* f) { return f->name.c_str(); }
const char* nacre_function_info_label(const nacre_function_info_t* f) { return f->label.c_str(); }
wasm_functype_t* nacre_function_info_type(const nacre_function_info_t* f) {
  return new wasm_functype_t(f->type);
}
bool nacre_function_info_import(const nacre_function_info_t* f, const char** module,
                                const char** name) {
  if (module) *module = f->import_module.c_str();
  if (name) *name = f->import_name.c_str();
  return f->imported;
}
const char* nacre_function_info_export(const nacre_function_info_t* f, size_t index) {
  return index < f->exports.size() ? f->exports[index].c_str() : nullptr;
}

const nacre_function_info_t* nacre_listener_call_function(const nacre_listener_call_t* c) {
  return &c->function;
}
nacre_caller_t* nacre_listener_call_caller(nacre_listener_call_t* c) { return &c->caller; }
uint64_t nacre_listener_call_depth(const nacre_listener_call_t* c) { return c->call.depth(); }
bool nacre_listener_call_is_tail_call(const nacre_listener_call_t* c) {
  return c->call.is_tail_call();
}

}  // extern "C"
