// SPDX-License-Identifier: Apache-2.0
#include "api/listeners.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "api/convert.hpp"
#include "base/quote.hpp"
#include "binary/names.hpp"
#include "nacre/listener.hpp"
#include "runtime/instance.hpp"

namespace nacre {

String to_string(const FunctionInfo& f) {
  if (f.imported) return String(f.import_module) + "." + f.import_name;
  if (!f.name.empty()) return String(f.name);
  if (!f.exports.empty()) return String(f.exports[0]);
  return "func[" + std::to_string(f.index) + "]";
}

uint64_t ListenerCall::depth() const {
  if (depth_ != 0) return depth_;
  std::vector<runtime::RawFrame> none;
  // A host function that the embedder calls itself has no frame.
  return std::max<uint64_t>(1, store_.engine().frames(store_, none, 0));
}

void ListenerCall::fail(Error error) { end_with(detail::fail_host(store_, std::move(error))); }

// A WebAssembly exception among errors ends the call too: the guest does not get to catch it.
void ListenerCall::end_with(TrapCode code) {
  outcome_ = code == TrapCode::uncaught_exception ? TrapCode::host : code;
}

namespace detail {
namespace {

using runtime::Instance;
using runtime::Slot;

struct Chosen {
  FunctionInfo info;
  const runtime::RuntimeType* type;
  FunctionListener* listener;
};

// The values of a call, rooted; few of them in place.
class Values {
 public:
  Values(StoreData& store, std::span<const wasm::ValType> types, const Slot* slots)
      : types_(types),
        values_(types.size() <= few ? reinterpret_cast<Value*>(few_)
                                    : std::allocator<Value>().allocate(types.size())) {
    for (size_t i = 0; i < types.size(); ++i) {
      new (&values_[i]) Value(decode_value(store, types[i], slots));
      slots += slots_of(types[i]);
    }
  }
  ~Values() {
    std::destroy_n(values_, types_.size());
    if (types_.size() > few) std::allocator<Value>().deallocate(values_, types_.size());
  }
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;
  Span<const Value> span() const { return {values_, types_.size()}; }
  // The collector may have moved what references point to.
  void update(Slot* slots) const {
    for (size_t i = 0; i < types_.size(); ++i) {
      if (types_[i].is_ref()) *slots = values_[i].ref().raw_bits();
      slots += slots_of(types_[i]);
    }
  }

 private:
  static constexpr size_t few = 8;
  const std::span<const wasm::ValType> types_;
  alignas(Value) unsigned char few_[few * sizeof(Value)];
  Value* const values_;
};

class Listeners final : public runtime::ModuleListeners {
 public:
  Listeners(const Function<FunctionListener*(const FunctionInfo&)>& owner, std::vector<Chosen> list,
            size_t functions)
      : owner_(owner), chosen_(std::move(list)), by_func_(functions) {
    for (size_t i = 0; i < chosen_.size(); ++i)
      by_func_[chosen_[i].info.index] = static_cast<uint32_t>(i + 1);
  }

  bool listens(uint32_t func) const override { return by_func_[func] != 0; }

  Trap before(Instance& instance, uint32_t func, Slot* params) const override {
    const Chosen& c = chosen(func);
    return tell(instance, c, ListenerEvent::before, c.type->params, params);
  }
  Trap after(Instance& instance, uint32_t func, Slot* results) const override {
    const Chosen& c = chosen(func);
    return tell(instance, c, ListenerEvent::after, c.type->results, results);
  }
  Trap tail_call(Instance& instance, uint32_t func) const override {
    const Chosen& c = chosen(func);
    ListenerCall call(instance.store(), instance, c.info, true, 0);
    return thrown(data_of(instance.store()),
                  c.listener->entry()(*c.listener, call, ListenerEvent::after, {}, nullptr));
  }
  void unwound(Instance& instance, uint32_t func, uint64_t depth, const Error& why) const override {
    const Chosen& c = chosen(func);
    StoreData& store = data_of(instance.store());
    // The exception on its way stays the one that arrives.
    const PendingException pending = std::exchange(store.pending, {});
    ListenerCall call(store, instance, c.info, false, depth);
    c.listener->entry()(*c.listener, call, ListenerEvent::trap, {}, &why);
    store.drop_pending();
    store.pending = pending;
  }

 private:
  const Chosen& chosen(uint32_t func) const { return chosen_[by_func_[func] - 1]; }

  // Where a C++ exception that a listener threw came from, for whoever hears of it meanwhile.
  static Trap thrown(StoreData& store, Trap trap) {
    if (trap == Trap::host && store.pending.object != nullptr)
      store.set_host_error(nacre::trap("C++ exception in a function listener"));
    return trap;
  }

  static Trap tell(Instance& instance, const Chosen& c, ListenerEvent event,
                   std::span<const wasm::ValType> types, Slot* slots) {
    StoreData& store = data_of(instance.store());
    const Values values(store, types, slots);
    ListenerCall call(store, instance, c.info, false, 0);
    const Trap trap =
        thrown(store, c.listener->entry()(*c.listener, call, event, values.span(), nullptr));
    values.update(slots);
    return trap;
  }

  const Function<FunctionListener*(const FunctionInfo&)> owner_;  // of what it has captured
  const std::vector<Chosen> chosen_;
  std::vector<uint32_t> by_func_;  // place in chosen_, + 1
};

// What the infos of a module's functions have in common.
class Describer {
 public:
  explicit Describer(const runtime::CompiledModule& module)
      : module_(module),
        section_(binary::NameSection::of(module.module)),
        names_(section_.names(binary::NameKind::function)) {
    for (const wasm::Import& i : module.module.imports)
      if (i.kind == wasm::ExternKind::func) imports_.push_back(&i);
    for (const wasm::Export& e : module.module.exports)
      if (e.kind == wasm::ExternKind::func) exports_.push_back(&e);
    std::stable_sort(exports_.begin(), exports_.end(),
                     [](const auto* a, const auto* b) { return a->index < b->index; });
  }

  // In ascending order of index.
  FunctionInfo describe(uint32_t func) {
    FunctionInfo f;
    f.index = func;
    f.name = names_.find(func);
    f.module_name = section_.module_name();
    const runtime::RuntimeType& type = *module_.func_type(func);
    f.type = to_public_func(type.params, type.results);
    for (; next_export_ < exports_.size() && exports_[next_export_]->index == func; ++next_export_)
      f.exports.push_back(exports_[next_export_]->name);
    f.imported = func < imports_.size();
    if (f.imported) {
      f.import_module = imports_[func]->module;
      f.import_name = imports_[func]->name;
    }
    return f;
  }

 private:
  const runtime::CompiledModule& module_;
  binary::NameSection section_;
  binary::NameMap names_;
  std::vector<const wasm::Import*> imports_;
  std::vector<const wasm::Export*> exports_;
  size_t next_export_ = 0;
};

}  // namespace

std::string describe_function(const wasm::Module& module, uint32_t func) {
  const binary::NameSection section = binary::NameSection::of(module);
  std::string_view name = section.names(binary::NameKind::function).find(func);
  for (const wasm::Export& e : module.exports)
    if (name.empty() && e.kind == wasm::ExternKind::func && e.index == func) name = e.name;
  if (name.empty()) return "func[" + std::to_string(func) + "]";
  return "function " + quoted_name(name);
}

std::unique_ptr<const runtime::ModuleListeners> choose_listeners(
    const runtime::CompiledModule& module, const CompileOptions& options) {
  if (!options.listeners) return nullptr;
  std::vector<Chosen> chosen;
  Describer describer(module);
  const auto functions = static_cast<uint32_t>(module.module.funcs.size());
  for (uint32_t i = 0; i < functions; ++i) {
    FunctionInfo info = describer.describe(i);
    FunctionListener* const listener = options.listeners(info);
    if (listener == nullptr) continue;
    chosen.push_back({std::move(info), module.func_type(i), listener});
  }
  if (chosen.empty()) return nullptr;
  return std::make_unique<const Listeners>(options.listeners, std::move(chosen), functions);
}

}  // namespace detail
}  // namespace nacre
