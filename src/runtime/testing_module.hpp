// SPDX-License-Identifier: Apache-2.0
//
// Test support: modules built field by field, without a decoder, and stores to put them in.
#pragma once

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "base/writer.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime::testing {

// Owns what a wasm::Module only points to. `build` gives the finished module away.
class ModuleMaker {
 public:
  explicit ModuleMaker(std::shared_ptr<TypeRegistry> registry)
      : registry_(std::move(registry)),
        text_(std::make_shared<std::deque<std::vector<uint8_t>>>()) {}

  wasm::Module m;

  Bytes bytes(std::vector<uint8_t> b) { return text_->emplace_back(std::move(b)); }
  std::string_view name(std::string_view s) {
    const Bytes b = bytes(std::vector<uint8_t>(s.begin(), s.end()));
    return {reinterpret_cast<const char*>(b.data()), b.size()};
  }
  wasm::ConstExpr expr(std::vector<uint8_t> code) {
    code.push_back(0x0b);
    return {bytes(std::move(code)), 0};
  }
  wasm::ConstExpr i32(int32_t v) {
    Writer w;
    w.u8(0x41);
    w.leb_s32(v);
    return expr(w.take());
  }
  wasm::ConstExpr i64(int64_t v) {
    Writer w;
    w.u8(0x42);
    w.leb_s64(v);
    return expr(w.take());
  }
  // Adds a type (its own group) and returns its type index.
  uint32_t type(const wasm::SubTypeDef& def) {
    m.types.push_back(m.type_table.add_group({&def, 1}));
    return static_cast<uint32_t>(m.types.size() - 1);
  }
  uint32_t func_type(std::vector<wasm::ValType> params, std::vector<wasm::ValType> results) {
    wasm::SubTypeDef def;
    def.params = std::move(params);
    def.results = std::move(results);
    return type(def);
  }
  uint32_t array_type(wasm::ValType elem) {
    wasm::SubTypeDef def;
    def.kind = wasm::CompositeKind::array;
    def.fields = {{elem, true}};
    return type(def);
  }
  uint32_t struct_type(std::vector<wasm::FieldType> fields) {
    wasm::SubTypeDef def;
    def.kind = wasm::CompositeKind::struct_;
    def.fields = std::move(fields);
    return type(def);
  }
  void import_func(std::string_view module, std::string_view field, uint32_t type_index) {
    m.imports.push_back(
        {name(module), name(field), wasm::ExternKind::func, m.num_imported_funcs++});
    m.funcs.push_back(m.types[type_index]);
  }
  void import_memory(std::string_view module, std::string_view field, wasm::MemoryType type) {
    m.imports.push_back(
        {name(module), name(field), wasm::ExternKind::memory, m.num_imported_memories++});
    m.memories.push_back(type);
  }
  void import_table(std::string_view module, std::string_view field, wasm::TableType type) {
    m.imports.push_back(
        {name(module), name(field), wasm::ExternKind::table, m.num_imported_tables++});
    m.tables.push_back({type, {}});
  }
  void import_global(std::string_view module, std::string_view field, wasm::GlobalType type) {
    m.imports.push_back(
        {name(module), name(field), wasm::ExternKind::global, m.num_imported_globals++});
    m.globals.push_back({type, {}});
  }
  void import_tag(std::string_view module, std::string_view field, uint32_t type_index) {
    m.imports.push_back({name(module), name(field), wasm::ExternKind::tag, m.num_imported_tags++});
    m.tags.push_back({m.types[type_index]});
  }
  void memory(uint64_t min, uint64_t max) { m.memories.push_back(memory_type(min, max)); }
  void table(wasm::ValType elem, uint64_t min) { m.tables.push_back({{elem, limits(min)}, {}}); }
  void data(uint32_t mem, wasm::ConstExpr offset, std::vector<uint8_t> contents) {
    wasm::Data d;
    d.mode = wasm::SegmentMode::active;
    d.memory = mem;
    d.offset = offset;
    d.bytes = bytes(std::move(contents));
    m.datas.push_back(d);
  }
  void passive_data(std::vector<uint8_t> contents) {
    wasm::Data d;
    d.bytes = bytes(std::move(contents));
    m.datas.push_back(d);
  }
  void elem(uint32_t table_index, wasm::ConstExpr offset, std::vector<uint32_t> funcs) {
    wasm::Elem e;
    e.mode = wasm::SegmentMode::active;
    e.table = table_index;
    e.offset = offset;
    e.funcs = std::move(funcs);
    m.elems.push_back(std::move(e));
  }
  void export_as(std::string_view field, wasm::ExternKind kind, uint32_t index) {
    m.exports.push_back({name(field), kind, index});
  }

  static wasm::SizeLimits limits(uint64_t min) {
    wasm::SizeLimits l;
    l.min = min;
    return l;
  }
  static wasm::SizeLimits limits(uint64_t min, uint64_t max) {
    wasm::SizeLimits l = limits(min);
    l.max = max;
    l.has_max = true;
    return l;
  }
  static wasm::MemoryType memory_type(uint64_t min, uint64_t max) {
    wasm::MemoryType t;
    t.limits = limits(min, max);
    return t;
  }

  std::shared_ptr<const CompiledModule> build() {
    auto c = std::make_shared<CompiledModule>();
    c->registry = registry_;
    c->module = std::move(m);
    c->module.owner = text_;
    c->types = registry_->intern(c->module.type_table);
    return c;
  }

 private:
  std::shared_ptr<TypeRegistry> registry_;
  std::shared_ptr<std::deque<std::vector<uint8_t>>> text_;
};

// A registry and a store that can call host functions only.
struct Host {
  std::shared_ptr<TypeRegistry> registry = std::make_shared<TypeRegistry>();
  StoreLimits limits;
  Store store;
  explicit Host(const StoreLimits& l = {}) : limits(l), store(nullptr, registry, l) {}

  const RuntimeType* func_type(std::vector<wasm::ValType> params,
                               std::vector<wasm::ValType> results) {
    const RuntimeType* t = registry->intern_func(params, results);
    store.keep_type(t);
    registry->release({&t, 1});
    return t;
  }
};

}  // namespace nacre::runtime::testing
