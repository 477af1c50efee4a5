// SPDX-License-Identifier: Apache-2.0
#include "api/debug_info.hpp"

#include "base/reader.hpp"
#include "binary/names.hpp"
#include "debug/demangle.hpp"
#include "runtime/backtrace.hpp"

namespace nacre {
namespace detail {
namespace {

std::string url_in(const wasm::Module& module, std::string_view section) {
  const wasm::CustomSection* c = module.custom(section);
  if (c == nullptr) return {};
  Reader r(c->bytes);
  const std::string_view name = r.name();
  return r.ok() ? std::string(name) : std::string();
}

}  // namespace

DebugInfo::DebugInfo(const wasm::Module& module)
    : dwarf(module),
      has_function_names(
          !binary::NameSection::of(module).names(binary::NameKind::function).empty()),
      external_file(url_in(module, "external_debug_info")),
      source_map(url_in(module, "sourceMappingURL")) {}

DebugInfo& debug_info(const runtime::CompiledModule& module) {
  std::call_once(module.debug_once,
                 [&] { module.debug_info = std::make_shared<DebugInfo>(module.module); });
  return *static_cast<DebugInfo*>(module.debug_info.get());
}

const runtime::CompiledModule* module_of(const Frame& frame) {
  const runtime::Origin* origin = runtime::origin_of(frame);
  return origin == nullptr ? nullptr : origin->module.get();
}

}  // namespace detail

String demangle(StringView name) { return debug::demangle(name); }

List<SourceLocation> source_locations(const Frame& frame) {
  List<SourceLocation> out;
  const runtime::CompiledModule* module = detail::module_of(frame);
  if (module == nullptr || frame.offset == 0) return out;
  const std::vector<debug::Location> found = detail::debug_info(*module).dwarf.find(frame.offset);
  for (const debug::Location& l : found)
    out.push_back({debug::demangle(l.function), l.file, l.line, l.column});
  // A name that was not mangled is C's or a linker's own; the name section then knows better:
  // "main" rather than "__main_argc_argv".
  if (!out.empty() && out.back().function == found.back().function && !frame.func_name.empty())
    out.back().function = debug::demangle(frame.func_name);
  return out;
}

}  // namespace nacre
