// SPDX-License-Identifier: Apache-2.0
//
// Calls, typed and dynamic, in both directions.
#include "nacre/func.hpp"

#include "api/convert.hpp"

namespace nacre {

using detail::live;
using detail::StoreData;

namespace {

Error bad_argument_count(size_t wanted, size_t given) {
  return make_error(ErrorKind::invalid_argument, "the function takes " + std::to_string(wanted) +
                                                     " arguments, not " + std::to_string(given));
}

// Room for a call's slots: on the stack when they are few.
class SlotBuffer {
 public:
  explicit SlotBuffer(size_t n) {
    if (n > std::size(few_)) many_.resize(n);
    data_ = many_.empty() ? few_ : many_.data();
  }
  SlotBuffer(const SlotBuffer&) = delete;
  SlotBuffer& operator=(const SlotBuffer&) = delete;
  runtime::Slot* data() { return data_; }

 private:
  runtime::Slot few_[16] = {};
  std::vector<runtime::Slot> many_;
  runtime::Slot* data_;
};

Result<void> encode_arguments(StoreData& s, const runtime::RuntimeType& type,
                              Span<const Value> args, runtime::Slot* slots) {
  for (size_t i = 0; i < args.size(); ++i) {
    Result<void> fits = detail::encode_value(s, type.params[i], args[i], slots);
    if (!fits) {
      fits.error().message = "argument " + std::to_string(i) + ": " + fits.error().message;
      return fits;
    }
    slots += detail::slots_of(type.params[i]);
  }
  return {};
}

}  // namespace

FuncType Func::type() const {
  if (!detail::store_of(*this)) return {};
  return detail::to_public_func(object()->type->params, object()->type->results);
}

bool Func::is_host() const { return detail::store_of(*this) && object()->instance == nullptr; }
uint32_t Func::index() const { return detail::store_of(*this) ? object()->index : 0; }

Func Func::make(StoreContext context, detail::HostFunction&& host) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) {
    host.drop(host.env);
    return {};
  }
  auto definition = std::make_shared<detail::HostDefinition>(s->engine, "host", std::move(host));
  if (definition->type == nullptr) return {};
  runtime::Func* f = s->new_host_func(definition->type, definition->entry, definition->env,
                                      definition, definition->name);
  return Func(detail::share(*s), f);
}

Result<List<Value>> Func::call_values(Span<const Value> args) const {
  Result<StoreData*> store = detail::store_of(*this);
  if (!store) return std::move(store.error());
  StoreData& s = **store;
  const runtime::RuntimeType& type = *object()->type;
  if (args.size() != type.params.size()) return bad_argument_count(type.params.size(), args.size());
  SlotBuffer slots(std::max(type.param_slots, type.result_slots));
  Result<void> encoded = encode_arguments(s, type, args, slots.data());
  if (!encoded) return std::move(encoded.error());
  const Trap trap = detail::call_slots(anchor(), object(), slots.data());
  if (live(anchor()) == nullptr) return detail::store_gone();
  if (trap != Trap::none) return detail::call_error(anchor());
  List<Value> results;
  results.reserve(type.results.size());
  const runtime::Slot* at = slots.data();
  for (const wasm::ValType t : type.results) {
    results.push_back(detail::decode_value(s, t, at));
    at += detail::slots_of(t);
  }
  return results;
}

namespace detail {

namespace {

// Whether a C++ type can stand for the function's: equal, or references of one hierarchy.
bool stands_for(const runtime::TypeRegistry& registry, ValType cpp, wasm::ValType wasm_type) {
  const ValType t = to_public(wasm_type);
  if (!cpp.is_ref() || !t.is_ref()) return cpp == t;
  return static_cast<wasm::Heap>(cpp.heap()) == registry.top(wasm_type.heap());
}

bool all_stand_for(const runtime::TypeRegistry& registry, Span<const ValType> cpp,
                   std::span<const wasm::ValType> types) {
  if (cpp.size() != types.size()) return false;
  for (size_t i = 0; i < cpp.size(); ++i)
    if (!stands_for(registry, cpp[i], types[i])) return false;
  return true;
}

FuncType func_type(Span<const ValType> params, Span<const ValType> results) {
  return {{params.begin(), params.end()}, {results.begin(), results.end()}};
}

}  // namespace

Result<void> check_signature(const Func& func, Span<const ValType> params,
                             Span<const ValType> results, bool& checked) {
  Result<StoreData*> store = store_of(func);
  if (!store) return std::move(store.error());
  const runtime::TypeRegistry& registry = (*store)->registry();
  const runtime::RuntimeType& type = *func.object()->type;
  if (!all_stand_for(registry, params, type.params) ||
      !all_stand_for(registry, results, type.results))
    return make_error(ErrorKind::invalid_argument, "the function is " + to_string(func.type()) +
                                                       ", not " +
                                                       to_string(func_type(params, results)));
  for (size_t i = 0; i < params.size(); ++i) checked |= params[i] != to_public(type.params[i]);
  return {};
}

TrapCode call_slots(StoreAnchor* anchor, runtime::Func* func, uint64_t* slots) {
  StoreData* s = live(anchor);
  if (s == nullptr || func == nullptr) return Trap::host;
  const CallScope scope(*s);
  return s->call(*func, slots);
}

bool arguments_match(StoreAnchor* anchor, runtime::Func* func, const uint64_t* slots) {
  StoreData* s = live(anchor);
  if (s == nullptr || func == nullptr) return false;
  for (const wasm::ValType t : func->type->params) {
    if (t.is_ref() && (*slots == 0 ? !t.nullable() : !ref_matches(*s, *slots, t.heap())))
      return false;
    slots += slots_of(t);
  }
  return true;
}

Error call_error(StoreAnchor* anchor) {
  if (anchor == nullptr) return empty_view();
  StoreData* s = live(anchor);
  return s ? s->trap_error() : store_gone();
}

Error argument_error(const Func& func, Span<const Value> args) {
  Result<StoreData*> store = store_of(func);
  if (!store) return std::move(store.error());
  const runtime::RuntimeType& type = *func.object()->type;
  if (args.size() == type.params.size()) {
    SlotBuffer slots(type.param_slots);
    Result<void> fits = encode_arguments(**store, type, args, slots.data());
    if (!fits) return std::move(fits.error());
  }
  return make_error(ErrorKind::invalid_argument, "a reference of another store or type");
}

TrapCode fail_host(runtime::Store& store, Error&& error) {
  const ErrorKind kind = error.kind;
  // An error of an exception that this store remembers no more, or never knew, is only an error.
  const bool is_exception = kind == ErrorKind::exception && error.exception_id != 0 &&
                            error.exception_id == store.trap_info.exception_id;
  store.set_host_error(std::move(error));
  if (kind == ErrorKind::exit) return TrapCode::exit;
  return is_exception ? TrapCode::uncaught_exception : TrapCode::host;
}

TrapCode fail_host_result(runtime::Store& store) {
  return fail_host(store, trap("a host function returned a reference of another store"));
}

void decode_values(runtime::Store& store, const FuncType& type, const uint64_t* slots,
                   List<Value>& args, List<Value>& results) {
  StoreData& s = data_of(store);
  args.reserve(type.params.size());
  for (const ValType t : type.params) {
    const Result<wasm::ValType> w = to_wasm(s.registry(), t);
    args.push_back(decode_value(s, *w, slots));
    slots += slots_of(*w);
  }
  const uint64_t zero[2] = {0, 0};
  results.reserve(type.results.size());
  for (const ValType t : type.results)
    results.push_back(decode_value(s, *to_wasm(s.registry(), t), zero));
}

TrapCode encode_results(runtime::Store& store, const FuncType& type, Span<const Value> results,
                        uint64_t* slots) {
  StoreData& s = data_of(store);
  for (size_t i = 0; i < results.size(); ++i) {
    const Result<wasm::ValType> t = to_wasm(s.registry(), type.results[i]);
    Result<void> fits = encode_value(s, *t, results[i], slots);
    if (!fits)
      return fail_host(store, trap("result " + std::to_string(i) + ": " + fits.error().message));
    slots += slots_of(*t);
  }
  return TrapCode::none;
}

HostDefinition::HostDefinition(const Engine& e, std::string n, HostFunction&& host)
    : engine(e), name(std::move(n)), entry(host.entry), env(host.env), drop(host.drop) {
  Result<const runtime::RuntimeType*> interned = intern_func(engine, host.params, host.results);
  if (interned) type = *interned;
  else unusable = std::move(interned.error());
}

HostDefinition::~HostDefinition() {
  if (drop) drop(env);
  if (type) engine.data()->registry->release({&type, 1});
}

runtime::Func* StoreData::host_func(const std::shared_ptr<HostDefinition>& d) {
  runtime::Func*& f = host_funcs[d.get()];
  if (f == nullptr) f = new_host_func(d->type, d->entry, d->env, d, d->name);
  return f;
}

}  // namespace detail
}  // namespace nacre
