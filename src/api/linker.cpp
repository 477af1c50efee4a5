// SPDX-License-Identifier: Apache-2.0
#include "nacre/linker.hpp"

#include "api/convert.hpp"
#include "api/linker_data.hpp"

namespace nacre {

using detail::live;
using detail::StoreData;

Linker::Linker(const Engine& engine) : data_(new detail::LinkerData(engine)) {}
Linker::Linker(Linker&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}

Linker& Linker::operator=(Linker&& other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}

Linker::~Linker() { delete data_; }

Engine Linker::engine() const { return data_->engine; }

namespace detail {

Definition* LinkerData::find(std::string_view module, std::string_view name) {
  const auto m = modules.find(module);
  if (m == modules.end()) return nullptr;
  const auto d = m->second.find(name);
  return d == m->second.end() ? nullptr : &d->second;
}

void LinkerData::forget_refusal(std::string_view module) {
  const auto at = refused_modules.find(module);
  if (at != refused_modules.end()) refused_modules.erase(at);
}

void LinkerData::put(std::string_view module, std::string_view name, Definition definition) {
  modules[std::string(module)][std::string(name)] = std::move(definition);
}

void define_host(LinkerData& linker, std::string_view module, std::string_view name,
                 HostFunction&& host) {
  std::string full = std::string(module) + "." + std::string(name);
  auto definition =
      std::make_shared<HostDefinition>(linker.engine, std::move(full), std::move(host));
  std::string refusal;
  if (definition->type == nullptr)
    refusal = std::string("has no usable type: ") + definition->unusable.message.c_str();
  linker.put(module, name, {std::move(definition), {}, std::move(refusal)});
}

namespace {

// Why it cannot be imported at all; empty when it can.
std::string refusal_of(const Extern& item) {
  if (item.empty()) return "is an empty view";
  return live(item.anchor()) == nullptr ? "belongs to a store that is gone" : "";
}

}  // namespace

}  // namespace detail

Linker& Linker::add(StringView module, StringView name, detail::HostFunction&& host) {
  detail::define_host(*data_, module, name, std::move(host));
  return *this;
}

Linker& Linker::define(StringView module, StringView name, const Extern& item) {
  data_->put(module, name, {nullptr, item, detail::refusal_of(item)});
  return *this;
}

Linker& Linker::instance(StringView module, const Instance& instance) {
  if (instance.empty() || live(instance.anchor()) == nullptr) {
    data_->refused_modules[std::string(module)] =
        instance.empty() ? "is of an empty instance" : "is of an instance whose store is gone";
    return *this;
  }
  data_->forget_refusal(module);
  for (const NamedExtern& e : instance.exports()) define(module, e.name, e.item);
  return *this;
}

Linker& Linker::alias(StringView module, StringView alias) {
  if (module == alias) return *this;
  data_->hosts.alias(module, alias);
  const auto refused = data_->refused_modules.find(module);
  if (refused != data_->refused_modules.end()) {
    std::string why = refused->second;
    data_->refused_modules[std::string(alias)] = std::move(why);
  }
  const auto m = data_->modules.find(module);
  if (m == data_->modules.end()) return *this;
  const detail::LinkerData::Names copy = m->second;
  for (const auto& [name, definition] : copy) data_->put(alias, name, definition);
  return *this;
}

Linker& Linker::remove(StringView module) {
  data_->hosts.remove_module(module);
  data_->forget_refusal(module);
  const auto m = data_->modules.find(module);
  if (m != data_->modules.end()) data_->modules.erase(m);
  return *this;
}

Linker& Linker::remove(StringView module, StringView name) {
  data_->hosts.remove(module, name);
  const auto m = data_->modules.find(module);
  if (m == data_->modules.end()) return *this;
  const auto d = m->second.find(name);
  if (d != m->second.end()) m->second.erase(d);
  return *this;
}

bool Linker::has(StringView module, StringView name) const { return data_->has(module, name); }

List<ImportType> Linker::missing(const Module& wanted) const {
  List<ImportType> out;
  for (ImportType& i : wanted.imports())
    if (!has(i.module, i.name)) out.push_back(std::move(i));
  return out;
}

Result<bool> detail::resolve(StoreData& s, LinkerData& linker, const wasm::Import& import,
                             Extern& out) {
  if (const Definition* d = linker.find(import.module, import.name)) {
    if (!d->refusal.empty()) return import_error(import, d->refusal);
    out = d->host ? Extern(ExternKind::func, s.anchor.get(), s.host_func(d->host)) : d->item;
    return true;
  }
  runtime::Extern found;
  if (linker.hosts.find(s, import.module, import.name, found)) {
    out = to_public(s, found);
    return true;
  }
  const auto refused = linker.refused_modules.find(import.module);
  if (refused != linker.refused_modules.end()) return import_error(import, refused->second);
  return false;
}

Result<Instance> Linker::instantiate_unguarded(StoreContext context, const Module& module) const {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  if (!data_->engine.same(s->engine))
    return make_error(ErrorKind::invalid_argument, "a linker of another engine");
  std::vector<Extern> imports;
  for (const wasm::Import& i : module.data()->module().imports) {
    const Result<bool> there = detail::resolve(*s, *data_, i, imports.emplace_back());
    if (!there) return Error(there.error());
  }
  return detail::instantiate(*s, module, imports);
}

}  // namespace nacre
