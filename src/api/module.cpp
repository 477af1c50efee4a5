// SPDX-License-Identifier: Apache-2.0
//
// The way of a module, read aloud: decode, validate, intern its types, make code.
#include "nacre/module.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "api/convert.hpp"
#include "api/listeners.hpp"
#include "binary/decode.hpp"
#include "binary/names.hpp"
#include "os/file_map.hpp"
#include "validate/module_validator.hpp"

namespace nacre {

namespace {

using runtime::StopCheck;

// The error, with the function it is in when something is wrong with a body. That a feature is
// switched off is no fault of the function's.
Error in_function(const wasm::Module& module, Error error) {
  const std::vector<wasm::Body>& bodies = module.bodies;
  const uint64_t at = error.offset;
  if (at == Error::no_offset || error.kind == ErrorKind::unsupported) return error;
  const auto next =
      std::upper_bound(bodies.begin(), bodies.end(), at,
                       [](uint64_t offset, const wasm::Body& b) { return offset < b.offset; });
  if (next == bodies.begin() || at - next[-1].offset > next[-1].size) return error;
  const auto func = static_cast<uint32_t>(module.num_imported_funcs + (next - bodies.begin()) - 1);
  const std::string name = detail::describe_function(module, func);
  error.message += " (in " + name + ")";
  return error;
}

// Bodies in stretches of about this many bytes, the stop check between them.
Result<void> validate_bodies(const wasm::Module& module, const Limits& limits,
                             const validate::DeclaredFuncs& declared, const StopCheck& stop) {
  constexpr uint32_t stretch = 64 * 1024;
  const uint32_t count = module.num_defined_funcs();
  for (uint32_t first = 0, next = 0; first < count; first = next) {
    if (stop()) return StopCheck::error();
    for (uint32_t bytes = 0; next < count && bytes < stretch; ++next)
      bytes += module.bodies[next].size;
    Result<void> valid =
        validate::validate_functions(module, first, next - first, limits, &declared);
    if (!valid) return valid;
  }
  return {};
}

// `bodies`: whether those of functions are validated too.
Result<void> validate_stoppably(const wasm::Module& module, const Limits& limits, bool bodies,
                                const StopCheck& stop) {
  validate::DeclaredFuncs declared;
  Result<void> valid = validate::validate_declarations(module, limits, &declared);
  if (valid && bodies) valid = validate_bodies(module, limits, declared, stop);
  if (valid || valid.error().kind == ErrorKind::interrupted) return valid;
  // A module may be both; what is wrong with its form is told first.
  return in_function(module, validate::well_formed_first(module, std::move(valid.error())));
}

Result<wasm::Module> decode_and_validate(Bytes bytes, std::shared_ptr<const void> owner,
                                         const Features& features, const Limits& limits,
                                         bool bodies = true, const StopCheck& stop = {}) {
  binary::DecodeOptions options;
  options.features = features;
  options.limits = limits;
  Result<wasm::Module> module = binary::decode(bytes, std::move(owner), options);
  if (!module) return module;
  Result<void> valid = validate_stoppably(*module, limits, bodies, stop);
  if (!valid) return std::move(valid.error());
  return module;
}

Result<Module> make_module(const Engine& engine, Bytes bytes, std::shared_ptr<const void> owner,
                           const CompileOptions& options) {
  const Config& config = engine.config();
  if (Result<void> usable = engine.check(); !usable) return std::move(usable.error());
  StopCheck stop;
  if (options.stop)
    stop = {[](const void* env) { return (*static_cast<const Function<bool()>*>(env))(); },
            static_cast<const Function<bool()>*>(&options.stop)};
  Result<wasm::Module> decoded =
      decode_and_validate(bytes, std::move(owner), config.features, config.limits,
                          !engine.data()->exec->validates_bodies(), stop);
  if (!decoded) return std::move(decoded.error());
  auto compiled = std::make_shared<runtime::CompiledModule>();
  compiled->module = std::move(*decoded);
  compiled->limits = config.limits;
  compiled->registry = engine.data()->registry;
  compiled->engine = engine.data()->exec;
  compiled->types = compiled->registry->intern(compiled->module.type_table);
  if (compiled->types.empty() && compiled->module.type_table.size() != 0)
    return make_error(ErrorKind::limit, "too many types in this engine");
  compiled->listeners = detail::choose_listeners(*compiled, options);
  Result<std::unique_ptr<runtime::ModuleCode>> code = compiled->engine->compile(*compiled, stop);
  if (!code && code.error().kind == ErrorKind::invalid) {
    // Which body it was, the first of them, and what is wrong with it.
    Result<void> valid = validate_stoppably(compiled->module, config.limits, true, stop);
    if (!valid) return std::move(valid.error());
  }
  if (!code) return in_function(compiled->module, std::move(code.error()));
  compiled->code = std::move(*code);
  compiled->prepare_images();
  return Module(detail::Handle<detail::ModuleData>::adopt(
      new detail::ModuleData(engine, std::move(compiled))));
}

}  // namespace

Result<Module> Module::compile(const Engine& engine, Span<const uint8_t> bytes,
                               const CompileOptions& options) {
  // Refused before it is copied.
  if (bytes.size() > engine.config().limits.max_module_bytes)
    return make_module(engine, bytes, nullptr, options);
  auto copy = std::make_shared<std::vector<uint8_t>>(bytes.begin(), bytes.end());
  const Bytes view = *copy;
  return make_module(engine, view, std::move(copy), options);
}

Result<Module> Module::compile_borrowed(const Engine& engine, Span<const uint8_t> bytes,
                                        const CompileOptions& options) {
  return make_module(engine, bytes, nullptr, options);
}

Result<Module> Module::from_file(const Engine& engine, const String& path,
                                 const CompileOptions& options) {
  os::FileMap map;
  const int error = os::map_file(path, &map);
  if (error != 0) return make_error(ErrorKind::io, path + ": " + std::strerror(error));
  return make_module(engine, map.bytes, map.owner, options);
}

Result<void> Module::validate(const Engine& engine, Span<const uint8_t> bytes) {
  Result<wasm::Module> m =
      decode_and_validate(bytes, nullptr, engine.config().features, engine.config().limits);
  if (!m) return std::move(m.error());
  return {};
}

List<ImportType> Module::imports() const {
  List<ImportType> out;
  const runtime::CompiledModule& m = *data()->compiled;
  for (const wasm::Import& i : m.module.imports)
    out.push_back({i.module, i.name, detail::extern_type(m, i.kind, i.index)});
  return out;
}

List<ExportType> Module::exports() const {
  List<ExportType> out;
  const runtime::CompiledModule& m = *data()->compiled;
  for (const wasm::Export& e : m.module.exports)
    out.push_back({e.name, detail::extern_type(m, e.kind, e.index)});
  return out;
}

std::optional<ExternType> Module::export_type(StringView name) const {
  const runtime::CompiledModule& m = *data()->compiled;
  const wasm::Export* e = m.find_export(name);
  if (e == nullptr) return std::nullopt;
  return detail::extern_type(m, e->kind, e->index);
}

List<CustomSection> Module::custom_sections() const {
  List<CustomSection> out;
  for (const wasm::CustomSection& c : data()->module().customs)
    out.push_back({c.name, c.bytes, c.offset});
  return out;
}

Span<const uint8_t> Module::bytes() const { return data()->module().bytes; }

String Module::name() const {
  return String(binary::NameSection::of(data()->module()).module_name());
}

String Module::func_name(uint32_t func_index) const {
  const binary::NameSection names = binary::NameSection::of(data()->module());
  return String(names.names(binary::NameKind::function).find(func_index));
}

String Module::name(NameKind kind, uint32_t index) const {
  static constexpr binary::NameKind kinds[] = {binary::NameKind::function, binary::NameKind::type,
                                               binary::NameKind::table,    binary::NameKind::memory,
                                               binary::NameKind::global,   binary::NameKind::elem,
                                               binary::NameKind::data,     binary::NameKind::tag};
  const binary::NameSection names = binary::NameSection::of(data()->module());
  return String(names.names(kinds[static_cast<size_t>(kind)]).find(index));
}

String Module::local_name(uint32_t func_index, uint32_t local_index) const {
  const binary::NameSection names = binary::NameSection::of(data()->module());
  return String(names.indirect_names(binary::NameKind::local).find(func_index).find(local_index));
}

String Module::field_name(uint32_t type_index, uint32_t field_index) const {
  const binary::NameSection names = binary::NameSection::of(data()->module());
  return String(names.indirect_names(binary::NameKind::field).find(type_index).find(field_index));
}

namespace {
template <class T>
uint32_t count(const std::vector<T>& v) {
  return static_cast<uint32_t>(v.size());
}
}  // namespace

uint32_t Module::num_functions() const { return count(data()->module().funcs); }
uint32_t Module::num_memories() const { return count(data()->module().memories); }
uint32_t Module::num_tables() const { return count(data()->module().tables); }
uint32_t Module::num_globals() const { return count(data()->module().globals); }
uint32_t Module::num_tags() const { return count(data()->module().tags); }
uint32_t Module::num_types() const { return count(data()->module().types); }

std::optional<DefinedType> Module::type(uint32_t index) const {
  const runtime::CompiledModule& m = *data()->compiled;
  if (index >= m.module.types.size()) return std::nullopt;
  const runtime::RuntimeType* const type = m.types[m.module.types[index]];
  m.registry->retain(type);
  return DefinedType(detail::Handle<detail::DefinedTypeData>::adopt(
      new detail::DefinedTypeData(data()->engine, type)));
}

std::optional<FuncType> Module::func_type(uint32_t func_index) const {
  const runtime::CompiledModule& m = *data()->compiled;
  if (func_index >= m.module.funcs.size()) return std::nullopt;
  return detail::extern_type(m, wasm::ExternKind::func, func_index).func;
}

bool Module::has_start() const { return data()->module().start != wasm::no_index; }

Features Module::features_needed() const {
  const wasm::Module& m = data()->module();
  Features needed = m.features;
  // From the newest to the oldest, so that a feature another builds on is asked about after it.
  for (int i = static_cast<int>(Feature::count) - 1; i > 0; --i) {
    const Features fewer = needed.without(static_cast<Feature>(i));
    if (fewer == needed) continue;
    if (decode_and_validate(m.bytes, nullptr, fewer, data()->engine.config().limits))
      needed = fewer;
  }
  return needed;
}

Engine Module::engine() const { return data()->engine; }

}  // namespace nacre
