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

void LinkerData::put(std::string_view module, std::string_view name, Definition definition) {
  modules[std::string(module)][std::string(name)] = std::move(definition);
}

void define_host(LinkerData& linker, std::string_view module, std::string_view name,
                 HostFunction&& host) {
  std::string full = std::string(module) + "." + std::string(name);
  linker.put(
      module, name,
      {std::make_shared<HostDefinition>(linker.engine, std::move(full), std::move(host)), {}});
}

}  // namespace detail

Linker& Linker::add(StringView module, StringView name, detail::HostFunction&& host) {
  detail::define_host(*data_, module, name, std::move(host));
  return *this;
}

Linker& Linker::define(StringView module, StringView name, const Extern& item) {
  data_->put(module, name, {nullptr, item});
  return *this;
}

Linker& Linker::instance(StringView module, const Instance& instance) {
  for (const NamedExtern& e : instance.exports()) define(module, e.name, e.item);
  return *this;
}

Linker& Linker::alias(StringView module, StringView alias) {
  if (module == alias) return *this;
  data_->hosts.alias(module, alias);
  const auto m = data_->modules.find(module);
  if (m == data_->modules.end()) return *this;
  const detail::LinkerData::Names copy = m->second;
  for (const auto& [name, definition] : copy) data_->put(alias, name, definition);
  return *this;
}

Linker& Linker::remove(StringView module) {
  data_->hosts.remove_module(module);
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

namespace {

Error missing_imports(const List<ImportType>& missing) {
  std::string text = "unknown import ";
  constexpr size_t most = 100;
  for (size_t i = 0; i < missing.size() && i < most; ++i)
    text += (i ? ", " : "") + missing[i].module + "." + missing[i].name + " " +
            to_string(missing[i].type);
  if (missing.size() > most) text += " and " + std::to_string(missing.size() - most) + " more";
  return make_error(ErrorKind::unlinkable, text);
}

}  // namespace

bool detail::resolve(StoreData& s, LinkerData& linker, const wasm::Import& import, Extern& out) {
  if (const Definition* d = linker.find(import.module, import.name)) {
    if (!d->host) out = d->item;
    else if (d->host->type) out = Extern(ExternKind::func, s.anchor.get(), s.host_func(d->host));
    return true;
  }
  runtime::Extern found;
  if (!linker.hosts.find(s, import.module, import.name, found)) return false;
  out = to_public(s, found);
  return true;
}

Result<Instance> Linker::instantiate_unguarded(StoreContext context, const Module& module) const {
  StoreData* s = live(context.anchor());
  if (s == nullptr) return detail::store_gone();
  if (!data_->engine.same(s->engine))
    return make_error(ErrorKind::invalid_argument, "a linker of another engine");
  std::vector<Extern> imports;
  for (const wasm::Import& i : module.data()->module().imports) {
    if (!detail::resolve(*s, *data_, i, imports.emplace_back()))
      return missing_imports(missing(module));
  }
  return Instance::create_unguarded(context, module, imports);
}

}  // namespace nacre
