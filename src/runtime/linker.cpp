// SPDX-License-Identifier: Apache-2.0
#include "runtime/linker.hpp"

#include <utility>

#include "base/quote.hpp"

namespace nacre::runtime {

Linker::Linker(std::shared_ptr<TypeRegistry> registry) : registry_(std::move(registry)) {}

Linker::Linker(Linker&&) noexcept = default;

Linker& Linker::operator=(Linker&& other) noexcept {
  std::swap(registry_, other.registry_);
  std::swap(modules_, other.modules_);
  std::swap(allow_overriding_, other.allow_overriding_);
  return *this;
}

Linker::~Linker() {
  for (const auto& [module, names] : modules_)
    for (const auto& [name, definition] : names) forget(definition);
}

void Linker::forget(const Definition& d) {
  if (d.type != nullptr) registry_->release({&d.type, 1});
}

Result<void> Linker::add(std::string_view module, std::string_view name, Definition definition) {
  auto at = modules_.find(module);
  if (at == modules_.end()) at = modules_.emplace(std::string(module), Names()).first;
  Names& names = at->second;
  const auto old = names.find(name);
  if (old == names.end()) {
    names.emplace(std::string(name), std::move(definition));
    return {};
  }
  if (!allow_overriding_) {
    forget(definition);
    return make_error(ErrorKind::invalid_argument,
                      quoted_name(module) + "." + quoted_name(name) + " is defined twice");
  }
  forget(old->second);
  old->second = std::move(definition);
  return {};
}

Result<void> Linker::define_func(std::string_view module, std::string_view name,
                                 const RuntimeType* type, HostCallback fn, void* env,
                                 std::shared_ptr<void> owner) {
  registry_->retain(type);
  Definition d;
  d.type = type;
  d.host = fn;
  d.env = env;
  d.owner = std::move(owner);
  return add(module, name, std::move(d));
}

Result<void> Linker::define(std::string_view module, std::string_view name, const Extern& value) {
  if (value.func == nullptr)
    return make_error(ErrorKind::invalid_argument, "the definition is empty");
  Definition d;
  d.value = value;
  return add(module, name, std::move(d));
}

Result<void> Linker::define_instance(std::string_view module, Instance& instance) {
  for (const wasm::Export& e : instance.wasm_module().exports)
    if (Result<void> r = define(module, e.name, instance.get_extern(e.kind, e.index)); !r) return r;
  // A module without exports still exists.
  if (modules_.find(module) == modules_.end()) modules_.emplace(std::string(module), Names());
  return {};
}

void Linker::alias(std::string_view from, std::string_view to) {
  const auto at = modules_.find(from);
  if (at == modules_.end() || from == to) return;
  remove_module(to);
  Names copy = modules_.find(from)->second;
  for (const auto& [name, definition] : copy)
    if (definition.type != nullptr) registry_->retain(definition.type);
  modules_.emplace(std::string(to), std::move(copy));
}

void Linker::remove(std::string_view module, std::string_view name) {
  const auto at = modules_.find(module);
  if (at == modules_.end()) return;
  const auto found = at->second.find(name);
  if (found == at->second.end()) return;
  forget(found->second);
  at->second.erase(found);
}

void Linker::remove_module(std::string_view module) {
  const auto at = modules_.find(module);
  if (at == modules_.end()) return;
  for (const auto& [name, definition] : at->second) forget(definition);
  modules_.erase(at);
}

const Linker::Definition* Linker::lookup(std::string_view module, std::string_view name) const {
  const auto at = modules_.find(module);
  if (at == modules_.end()) return nullptr;
  const auto found = at->second.find(name);
  return found == at->second.end() ? nullptr : &found->second;
}

Extern Linker::make(Store& store, std::string_view module, std::string_view name,
                    const Definition& d) const {
  if (d.value.func != nullptr) return d.value;
  std::string full;
  full.reserve(module.size() + name.size() + 1);
  full.append(module).append(".").append(name);
  return store.new_host_func(d.type, d.host, d.env, d.owner, std::move(full));
}

bool Linker::find(Store& store, std::string_view module, std::string_view name, Extern& out) const {
  const Definition* d = lookup(module, name);
  if (d == nullptr) return false;
  out = make(store, module, name, *d);
  return true;
}

std::vector<Extern> Linker::resolve(Store& store, const CompiledModule& module) const {
  std::vector<Extern> out;
  out.reserve(module.module.imports.size());
  for (const wasm::Import& import : module.module.imports) {
    const Definition* d = lookup(import.module, import.name);
    out.push_back(d ? make(store, import.module, import.name, *d) : Extern());
  }
  return out;
}

Result<Instance*> Linker::instantiate(Store& store,
                                      std::shared_ptr<const CompiledModule> module) const {
  const std::vector<Extern> imports = resolve(store, *module);
  return runtime::instantiate(store, std::move(module), imports);
}

}  // namespace nacre::runtime
