// SPDX-License-Identifier: Apache-2.0
//
// Instance and Caller.
#include "nacre/instance.hpp"

#include "api/convert.hpp"
#include "api/linker_data.hpp"
#include "base/quote.hpp"
#include "nacre/caller.hpp"
#include "runtime/backtrace.hpp"
#include "runtime/instance.hpp"
#include "runtime/type_text.hpp"

namespace nacre {

using detail::live;
using detail::share;
using detail::store_of;
using detail::StoreData;

Result<Instance> Instance::create_unguarded(StoreContext context, const Module& module,
                                            Span<const Extern> imports) {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  const std::vector<wasm::Import>& wanted = module.data()->module().imports;
  if (imports.size() != wanted.size())
    return make_error(ErrorKind::unlinkable, "the module has " + std::to_string(wanted.size()) +
                                                 " imports, not " + std::to_string(imports.size()));
  for (size_t i = 0; i < imports.size(); ++i)
    if (imports[i].empty()) return detail::import_error(wanted[i], "is an empty view");
  return detail::instantiate(*s, module, imports);
}

namespace detail {

Error import_error(const wasm::Import& import, const std::string& why) {
  return make_error(ErrorKind::invalid_argument,
                    "import " + runtime::quoted_import(import) + " " + why);
}

Result<Instance> instantiate(StoreData& s, const Module& module, Span<const Extern> imports) {
  if (!module.data()->engine.same(s.engine))
    return make_error(ErrorKind::invalid_argument, "a module of another engine");
  const std::shared_ptr<const runtime::CompiledModule>& compiled = module.data()->compiled;
  std::vector<runtime::Extern> items;
  items.reserve(imports.size());
  for (size_t i = 0; i < imports.size(); ++i) {
    const Extern& item = imports[i];
    if (!item.empty() && item.anchor() != s.anchor.get())
      return import_error(compiled->module.imports[i], live(item.anchor()) == nullptr
                                                           ? "belongs to a store that is gone"
                                                           : "belongs to another store");
    items.push_back(item.empty() ? runtime::Extern() : to_runtime(item));
  }
  const Handle<StoreAnchor> anchor = share(s);
  const CallScope scope(s);
  Result<runtime::Instance*> made = runtime::instantiate(s, compiled, items);
  if (!made) return std::move(made.error());
  return Instance(anchor, *made);
}

}  // namespace detail

std::optional<Extern> Instance::find(StringView name) const {
  Result<StoreData*> s = store_of(*this);
  runtime::Extern e;
  if (!s || !object()->find_export(name, e)) return std::nullopt;
  return detail::to_public(**s, e);
}

namespace {

// The export of this name if it is of this kind.
Result<Extern> find_kind(const Instance& instance, StringView name, ExternKind kind) {
  Result<StoreData*> s = store_of(instance);
  if (!s) return std::move(s.error());
  std::optional<Extern> e = instance.find(name);
  if (!e) return make_error(ErrorKind::invalid_argument, "no export named " + quoted_name(name));
  if (e->kind() != kind)
    return make_error(ErrorKind::invalid_argument, "the export " + quoted_name(name) + " is a " +
                                                       to_string(e->kind()) + ", not a " +
                                                       to_string(kind));
  return std::move(*e);
}

}  // namespace

Result<Func> Instance::func(StringView name) const {
  Result<Extern> e = find_kind(*this, name, ExternKind::func);
  if (!e) return std::move(e.error());
  return e->func();
}

Result<Memory> Instance::memory(StringView name) const {
  Result<Extern> e = find_kind(*this, name, ExternKind::memory);
  if (!e) return std::move(e.error());
  return e->memory();
}

Result<Table> Instance::table(StringView name) const {
  Result<Extern> e = find_kind(*this, name, ExternKind::table);
  if (!e) return std::move(e.error());
  return e->table();
}

Result<Global> Instance::global(StringView name) const {
  Result<Extern> e = find_kind(*this, name, ExternKind::global);
  if (!e) return std::move(e.error());
  return e->global();
}

Result<Tag> Instance::tag(StringView name) const {
  Result<Extern> e = find_kind(*this, name, ExternKind::tag);
  if (!e) return std::move(e.error());
  return e->tag();
}

List<NamedExtern> Instance::exports() const {
  List<NamedExtern> out;
  Result<StoreData*> s = store_of(*this);
  if (!s) return out;
  for (const wasm::Export& e : object()->module->module.exports)
    out.push_back(
        {std::string(e.name), detail::to_public(**s, object()->get_extern(e.kind, e.index))});
  return out;
}

Module Instance::module() const {
  Result<StoreData*> s = store_of(*this);
  return Module(detail::Handle<detail::ModuleData>::adopt(
      new detail::ModuleData((*s)->engine, object()->module)));
}

// --- Caller

namespace {

const Memory& view_of(StoreData& s, runtime::Memory* memory) {
  if (memory == s.last_memory) return *s.last_view;
  auto [at, is_new] = s.memory_views.try_emplace(memory);
  if (is_new) at->second = Memory(share(s), memory);
  s.last_memory = memory;
  s.last_view = &at->second;
  return at->second;
}

}  // namespace

const Memory& Caller::memory() const {
  StoreData& s = detail::data_of(*store_);
  if (instance_ == nullptr || instance_->memories.empty()) return s.no_memory;
  return view_of(s, instance_->memories[0]);
}

Memory Caller::memory(StringView export_name) const {
  const std::optional<Extern> e = instance().find(export_name);
  return e ? e->memory() : Memory();
}

Func Caller::func(StringView export_name) const {
  const std::optional<Extern> e = instance().find(export_name);
  return e ? e->func() : Func();
}

Instance Caller::instance() const {
  return instance_ ? Instance(share(detail::data_of(*store_)), instance_) : Instance();
}

List<Frame> Caller::backtrace(size_t max) const {
  std::vector<runtime::RawFrame> raw;
  store_->engine().frames(*store_, raw, max);
  return runtime::resolve_frames(raw);
}

void* Caller::user_data() const { return detail::data_of(*store_).user_data; }
uint64_t Caller::fuel() const { return store_->fuel > 0 ? static_cast<uint64_t>(store_->fuel) : 0; }

void Caller::set_fuel(uint64_t fuel) const {
  constexpr uint64_t most = ~uint64_t{0} >> 1;
  store_->fuel = static_cast<int64_t>(fuel < most ? fuel : most);
}

bool Caller::should_stop() const { return store_->should_stop(); }

}  // namespace nacre
