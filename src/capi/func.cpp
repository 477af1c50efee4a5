// SPDX-License-Identifier: Apache-2.0
//
// Calls in both directions. A host function is a HostFunc beside its type; the engines call one of
// the entry points below with slots, which become wasm_val_t for three of the four kinds of
// callbacks. Few arguments and results live on the stack.
#include "capi/host_func.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "api/convert.hpp"
#include "capi/error.hpp"
#include "capi/types.hpp"
#include "capi/values.hpp"
#include "runtime/backtrace.hpp"

namespace nacre::capi {

HostFunc::~HostFunc() {
  if (finalizer) finalizer(env);
}

namespace {

// Room for `n` things, on the stack when they are few.
template <class T>
class Buffer {
 public:
  explicit Buffer(size_t n) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (n > few) many_.resize(n);
    else if (n > 0) std::memset(few_, 0, n * sizeof(T));
    data_ = n > few ? many_.data() : few_;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  T* data() { return data_; }

 private:
  static constexpr size_t few = 16;
  T few_[few];
  std::vector<T> many_;
  T* data_;
};

// Values that are deleted at the end.
struct OwnedValues {
  explicit OwnedValues(size_t n) : values(n), vec{n, values.data()} {}
  ~OwnedValues() {
    for (size_t i = 0; i < vec.size; ++i) wasm_val_delete(&vec.data[i]);
  }
  OwnedValues(const OwnedValues&) = delete;
  OwnedValues& operator=(const OwnedValues&) = delete;
  Buffer<wasm_val_t> values;
  wasm_val_vec_t vec;
};

wasm_trap_t* call_back(const HostFunc& f, nacre_caller_t& caller, const wasm_val_vec_t& args,
                       wasm_val_vec_t& results) {
  if (f.plain) return f.plain(&args, &results);
  if (f.with_env) return f.with_env(f.env, &args, &results);
  if (!f.with_caller) return nacre_trap_new(caller.store, "a host function without a callback");
  return f.with_caller(f.env, &caller, &args, &results);
}

TrapCode no_c_store(runtime::Store& store) {
  return detail::fail_host(store, trap("a host function of the C API in another store"));
}

// The callback's results as slots. They are its property no longer.
TrapCode encode_results(wasm_store_t& st, detail::StoreData& s, const runtime::RuntimeType& type,
                        const wasm_val_vec_t& results, uint64_t* slots) {
  for (size_t i = 0; i < results.size; ++i) {
    Result<void> fits = encode(st, s, type.results[i], results.data[i], slots);
    if (!fits) {
      String message = String("result ") + std::to_string(i) + ": " + fits.error().message;
      return detail::fail_host(s, trap(std::move(message)));
    }
    slots += detail::slots_of(type.results[i]);
  }
  return TrapCode::none;
}

TrapCode run(void* env, runtime::Store& store, runtime::Instance* instance, uint64_t* slots) {
  wasm_store_t* const st = store_of(store);
  if (st == nullptr) return no_c_store(store);
  const HostFunc& f = *static_cast<const HostFunc*>(env);
  const runtime::RuntimeType& type = *f.type;
  detail::StoreData& s = detail::data_of(store);
  const CallGuard guard(*st);
  st->passing = nullptr;
  OwnedValues args(type.params.size()), results(type.results.size());
  const uint64_t* at = slots;
  for (size_t i = 0; i < args.vec.size; ++i) {
    args.vec.data[i] = decode(*st, s, type.params[i], at);
    at += detail::slots_of(type.params[i]);
  }
  for (size_t i = 0; i < results.vec.size; ++i)
    results.vec.data[i].kind = kind_of(detail::to_public(type.results[i]));
  nacre_caller_t caller{st, Caller(store, instance)};
  // The callback may change the struct, but not what is deleted here.
  wasm_val_vec_t given = results.vec;
  if (wasm_trap_t* trap = call_back(f, caller, args.vec, given))
    return throw_trap(*st, store, trap);
  return encode_results(*st, s, type, results.vec, slots);
}

TrapCode run_unchecked(void* env, runtime::Store& store, runtime::Instance* instance,
                       uint64_t* slots) {
  wasm_store_t* const st = store_of(store);
  if (st == nullptr) return no_c_store(store);
  const HostFunc& f = *static_cast<const HostFunc*>(env);
  const CallGuard guard(*st);
  nacre_caller_t caller{st, Caller(store, instance)};
  if (wasm_trap_t* trap = f.unchecked(f.env, &caller, slots)) return throw_trap(*st, store, trap);
  return TrapCode::none;
}

// C++ exceptions of callbacks end here, as traps.
template <detail::HostEntryPoint Run>
TrapCode entry(void* env, runtime::Store& store, runtime::Instance* instance, uint64_t* slots) {
  const TrapCode code =
      detail::host_entry<Run, detail::catch_exceptions>(env, store, instance, slots);
  if (code != TrapCode::none) detail::data_of(store).drop_pending();
  return code;
}

wasm_trap_t* refuse(const wasm_func_t& f, String message) {
  return make_trap(*f.store.get(), make_error(ErrorKind::invalid_argument, std::move(message)));
}

// Null when the arguments and room for the results are there.
wasm_trap_t* check_counts(const wasm_func_t& f, const runtime::RuntimeType& type, size_t args,
                          size_t results) {
  if (args == type.params.size() && results >= type.results.size()) return nullptr;
  return refuse(f, String("the function has ") + std::to_string(type.params.size()) +
                       " parameters and " + std::to_string(type.results.size()) +
                       " results; the call, " + std::to_string(args) + " and " +
                       std::to_string(results));
}

wasm_trap_t* encode_arguments(const wasm_func_t& f, detail::StoreData& s,
                              const runtime::RuntimeType& type, const wasm_val_vec_t& args,
                              uint64_t* slots) {
  for (size_t i = 0; i < args.size; ++i) {
    Result<void> fits = encode(*f.store.get(), s, type.params[i], args.data[i], slots);
    if (!fits)
      return refuse(f, String("argument ") + std::to_string(i) + ": " + fits.error().message);
    slots += detail::slots_of(type.params[i]);
  }
  return nullptr;
}

const runtime::Func* object_of(const wasm_func_t& f) {
  return f.store->live() ? static_cast<const runtime::Func*>(f.item.object()) : nullptr;
}

wasm_func_t* new_func(wasm_store_t* store, const wasm_functype_t* type,
                      std::unique_ptr<HostFunc> func) {
  detail::StoreData* s = store->live();
  if (s == nullptr) return nullptr;
  const FuncType public_type = type->func();
  const auto definition = std::make_shared<detail::HostDefinition>(
      s->engine, "host", host_function(public_type, std::move(func)));
  if (!complete(*definition)) {
    remember(*store, std::move(definition->unusable));
    return nullptr;
  }
  runtime::Func* f = s->new_host_func(definition->type, definition->entry, definition->env,
                                      definition, definition->name);
  return new wasm_func_t(store, Func(detail::share(*s), f));
}

}  // namespace

detail::HostFunction host_function(const FuncType& type, std::unique_ptr<HostFunc> func) {
  detail::HostFunction h;
  h.entry = func->unchecked ? entry<&run_unchecked> : entry<&run>;
  h.env = func.release();
  h.drop = [](void* p) { delete static_cast<HostFunc*>(p); };
  h.params = type.params;
  h.results = type.results;
  return h;
}

bool complete(detail::HostDefinition& definition) {
  static_cast<HostFunc*>(definition.env)->type = definition.type;
  return definition.type != nullptr;
}

}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

wasm_func_t* wasm_func_new(wasm_store_t* store, const wasm_functype_t* type,
                           wasm_func_callback_t callback) {
  auto f = std::make_unique<HostFunc>();
  f->plain = callback;
  return new_func(store, type, std::move(f));
}

wasm_func_t* wasm_func_new_with_env(wasm_store_t* store, const wasm_functype_t* type,
                                    wasm_func_callback_with_env_t callback, void* env,
                                    void (*finalizer)(void*)) {
  auto f = std::make_unique<HostFunc>(env, finalizer);
  f->with_env = callback;
  return new_func(store, type, std::move(f));
}

wasm_func_t* nacre_func_new(wasm_store_t* store, const wasm_functype_t* type,
                            nacre_callback_t callback, void* env, void (*finalizer)(void*)) {
  auto f = std::make_unique<HostFunc>(env, finalizer);
  f->with_caller = callback;
  return new_func(store, type, std::move(f));
}

wasm_func_t* nacre_func_new_unchecked(wasm_store_t* store, const wasm_functype_t* type,
                                      nacre_unchecked_callback_t callback, void* env,
                                      void (*finalizer)(void*)) {
  auto f = std::make_unique<HostFunc>(env, finalizer);
  f->unchecked = callback;
  return new_func(store, type, std::move(f));
}

wasm_functype_t* wasm_func_type(const wasm_func_t* f) {
  return new wasm_functype_t(f->item.func().type());
}
size_t wasm_func_param_arity(const wasm_func_t* f) {
  const auto* object = object_of(*f);
  return object ? object->type->params.size() : 0;
}
size_t wasm_func_result_arity(const wasm_func_t* f) {
  const auto* object = object_of(*f);
  return object ? object->type->results.size() : 0;
}
size_t nacre_func_slots(const wasm_func_t* f) {
  const auto* object = object_of(*f);
  return object ? std::max(object->type->param_slots, object->type->result_slots) : 0;
}

wasm_trap_t* wasm_func_call(const wasm_func_t* f, const wasm_val_vec_t* args,
                            wasm_val_vec_t* results) {
  wasm_store_t& st = *f->store.get();
  nacre::detail::StoreData* const s = st.live();
  if (s == nullptr) return make_trap(st, nacre::detail::store_gone());
  auto* const func = static_cast<nacre::runtime::Func*>(f->item.object());
  const nacre::runtime::RuntimeType& type = *func->type;
  if (wasm_trap_t* bad = check_counts(*f, type, args ? args->size : 0, results ? results->size : 0))
    return bad;
  const CallGuard guard(st);
  Buffer<uint64_t> slots(std::max(type.param_slots, type.result_slots));
  if (args != nullptr)
    if (wasm_trap_t* bad = encode_arguments(*f, *s, type, *args, slots.data())) return bad;
  if (nacre::detail::call_slots(st.anchor.get(), func, slots.data()) != nacre::TrapCode::none)
    return make_trap(st, failed_call(st));
  const uint64_t* at = slots.data();
  for (size_t i = 0; i < type.results.size(); ++i) {
    results->data[i] = decode(st, *s, type.results[i], at);
    at += nacre::detail::slots_of(type.results[i]);
  }
  return nullptr;
}

wasm_trap_t* nacre_func_call_unchecked(const wasm_func_t* f, uint64_t slots[]) {
  wasm_store_t& st = *f->store.get();
  const CallGuard guard(st);
  auto* const func = static_cast<nacre::runtime::Func*>(f->item.object());
  if (nacre::detail::call_slots(st.anchor.get(), func, slots) == nacre::TrapCode::none)
    return nullptr;
  return make_trap(st, failed_call(st));
}

// --- callers

wasm_store_t* nacre_caller_store(nacre_caller_t* c) { return c->store; }

uint8_t* nacre_caller_memory(nacre_caller_t* c, size_t* size) {
  const nacre::Span<uint8_t> bytes = c->caller.memory().bytes();
  if (size) *size = bytes.size();
  return bytes.data();
}

uint8_t* nacre_caller_bytes(nacre_caller_t* c, uint64_t address, uint64_t size) {
  const auto range = c->caller.memory().range(address, size);
  return range ? range->data() : nullptr;
}

wasm_extern_t* nacre_caller_export(nacre_caller_t* c, const char* name) {
  const auto item = c->caller.instance().find(name);
  return item ? wrap(c->store, *item) : nullptr;
}

wasm_instance_t* nacre_caller_instance(nacre_caller_t* c) {
  const nacre::Instance instance = c->caller.instance();
  return instance ? new wasm_instance_t(c->store, instance) : nullptr;
}

void nacre_caller_trace(nacre_caller_t* c, size_t max, wasm_frame_vec_t* out) {
  nacre::runtime::Store& store = c->caller.store();
  std::vector<nacre::runtime::RawFrame> raw;
  store.engine().frames(store, raw, max);
  nacre_error_t e;
  e.error.backtrace = nacre::runtime::resolve_frames(raw);
  e.places = places_of(raw);
  *out = make_frames(c->store, e);
}

bool nacre_caller_should_stop(nacre_caller_t* c) { return c->caller.should_stop(); }

}  // extern "C"
