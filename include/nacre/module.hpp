// SPDX-License-Identifier: Apache-2.0
//
// Module: decoded, validated and compiled WebAssembly, ready to be instantiated any number of
// times.
//
//   auto module = nacre::Module::from_file(engine, "app.wasm");
//   if (!module) return fail(module.error().message);
//   for (const nacre::ImportType& i : module->imports())
//     std::printf("%s.%s %s\n", i.module.c_str(), i.name.c_str(), to_string(i.type).c_str());
//
// Only the binary format is accepted here; wat2wasm (nacre/text.hpp) makes it from .wat.
#pragma once

#include <cstdint>
#include <optional>

#include "nacre/compile_options.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/engine.hpp"
#include "nacre/gc.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"

namespace NACRE_PUBLIC nacre {

// A custom section, as a view into its module.
struct CustomSection {
  StringView name;            // not terminated by a zero
  Span<const uint8_t> bytes;  // the contents after the name
  uint64_t offset = 0;        // of bytes[0] in the binary
};

// What has names in the name section, beside functions' locals and structs' fields.
enum class NameKind : uint8_t { function, type, table, memory, global, elem, data, tag };

// A reference-counted handle; copying shares the module, and so does moving: there is no empty one.
// Immutable; any thread may use it at any time. It keeps its engine alive, and instances keep it
// alive.
class Module {
 public:
  Module(const Module& other) = default;
  Module& operator=(const Module& other) = default;
  ~Module() = default;

  // Compiles a binary. The bytes are copied. Errors: malformed, invalid, unsupported, limit; each
  // with the offset of the byte it is about where there is one. A compiler uses several threads
  // meanwhile (Config::compile_threads).
  static Result<Module> compile(const Engine& engine, Span<const uint8_t> bytes,
                                const CompileOptions& options = {});
  // The same without a copy: `bytes` must stay unchanged until nothing needs them any more, which
  // is longer than this handle: until every copy of it, every store it was instantiated in (an
  // instance lives as long as its store) and every Error whose backtrace names the module are gone.
  static Result<Module> compile_borrowed(const Engine& engine, Span<const uint8_t> bytes,
                                         const CompileOptions& options = {});
  // Compiles the file at `path`, which is mapped where the system can: it must not change while the
  // module lives. Errors: as compile, and io when it cannot be read.
  static Result<Module> from_file(const Engine& engine, const String& path,
                                  const CompileOptions& options = {});
  // Decodes and checks a binary without making code. The errors are compile's.
  static Result<void> validate(const Engine& engine, Span<const uint8_t> bytes);

  // What it imports, in the order of the binary.
  List<ImportType> imports() const;
  // What it exports, in the order of the binary.
  List<ExportType> exports() const;
  // The type of the export of this name, if there is one.
  std::optional<ExternType> export_type(StringView name) const;
  // Its custom sections, in the order of the binary: views that are valid as long as it lives.
  List<CustomSection> custom_sections() const;
  // The whole binary: valid as long as it lives.
  Span<const uint8_t> bytes() const;

  // Its name, from the name section; empty without one.
  String name() const;
  // The name of a function, from the name section; empty without one. Indices count imports first.
  String func_name(uint32_t func_index) const;

  // How many it has of something, imports included:
  uint32_t num_functions() const;
  uint32_t num_memories() const;
  uint32_t num_tables() const;
  uint32_t num_globals() const;
  uint32_t num_tags() const;
  uint32_t num_types() const;
  // A type by its index in the type section; nothing when there is none of this index. It may be
  // used for objects in any store of the engine, and outlives the module.
  std::optional<DefinedType> type(uint32_t index) const;
  // A function's type, by its index in the function index space; nothing likewise.
  std::optional<FuncType> func_type(uint32_t func_index) const;
  // The name of anything that has an index, from the name section. Costs reading the names of its
  // kind.
  String name(NameKind kind, uint32_t index) const;
  // Of a function's parameter or local.
  String local_name(uint32_t func_index, uint32_t local_index) const;
  // Of a struct type's field.
  String field_name(uint32_t type_index, uint32_t field_index) const;
  // Whether it has a start function, which instantiation runs.
  bool has_start() const;

  // Features that suffice for the module, and none it could do without: found by switching off one
  // after another, the newest first. Costs up to twenty validations.
  Features features_needed() const;

  // The engine it was compiled for.
  Engine engine() const;
  // Whether both are handles of one module.
  bool same(const Module& other) const { return data_.get() == other.data_.get(); }

  // Internal.
  explicit Module(detail::Handle<detail::ModuleData> data)
      : data_(static_cast<detail::Handle<detail::ModuleData>&&>(data)) {}
  detail::ModuleData* data() const { return data_.get(); }

 private:
  detail::Handle<detail::ModuleData> data_;
};

}  // namespace nacre
