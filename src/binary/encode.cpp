// SPDX-License-Identifier: Apache-2.0
#include "binary/encode.hpp"

#include "base/writer.hpp"
#include "binary/decoder.hpp"
#include "binary/type_indices.hpp"

namespace nacre::binary {
namespace {

using wasm::CompositeKind;
using wasm::ConstExpr;
using wasm::ExternKind;
using wasm::HeapType;
using wasm::Kind;
using wasm::Module;
using wasm::SegmentMode;
using wasm::TypeId;
using wasm::ValType;

class Encoder {
 public:
  explicit Encoder(const Module& module) : m_(module), indices_(module) {}

  std::vector<uint8_t> run() {
    static constexpr uint8_t header[] = {0x00, 'a', 's', 'm', 1, 0, 0, 0};
    out_.bytes(header);
    customs(section_id::custom);
    types();
    imports();
    vector(section_id::function, m_.num_imported_funcs, m_.func_type_indices,
           [&](uint32_t index) { out_.leb_u32(index); });
    vector(section_id::table, m_.num_imported_tables, m_.tables, [&](const auto& t) { table(t); });
    vector(section_id::memory, m_.num_imported_memories, m_.memories,
           [&](const auto& t) { memory_type(t); });
    vector(section_id::tag, m_.num_imported_tags, m_.tags, [&](const auto& t) { tag_type(t); });
    vector(section_id::global, m_.num_imported_globals, m_.globals, [&](const auto& g) {
      global_type(g.type);
      expr(g.init);
    });
    vector(section_id::export_, 0, m_.exports, [&](const auto& e) {
      out_.name(e.name);
      out_.u8(static_cast<uint8_t>(e.kind));
      out_.leb_u32(e.index);
    });
    number(section_id::start, m_.start);
    vector(section_id::element, 0, m_.elems, [&](const auto& e) { elem(e); });
    number(section_id::data_count, m_.data_count);
    vector(section_id::code, 0, m_.bodies, [&](const wasm::Body& b) {
      out_.sized(m_.bytes.subspan(static_cast<size_t>(b.offset), b.size));
    });
    vector(section_id::data, 0, m_.datas, [&](const auto& d) { data(d); });
    return out_.take();
  }

 private:
  // Custom sections keep their place behind the section they followed.
  void customs(uint8_t after) {
    for (; next_custom_ < m_.customs.size() && m_.customs[next_custom_].after == after;
         ++next_custom_) {
      const wasm::CustomSection& c = m_.customs[next_custom_];
      out_.u8(section_id::custom);
      const size_t at = out_.reserve_size();
      out_.name(c.name);
      out_.bytes(c.bytes);
      out_.close_size(at);
    }
  }

  // A section with items[first ...], left out when there are none.
  template <class T, class Item>
  void vector(uint8_t id, size_t first, const std::vector<T>& items, Item item) {
    if (items.size() > first) {
      out_.u8(id);
      const size_t at = out_.reserve_size();
      out_.leb_u64(items.size() - first);
      for (size_t i = first; i < items.size(); ++i) item(items[i]);
      out_.close_size(at);
    }
    customs(id);
  }

  // A section that is one number, left out when there is none.
  void number(uint8_t id, uint32_t value) {
    if (value != wasm::no_index) {
      out_.u8(id);
      const size_t at = out_.reserve_size();
      out_.leb_u32(value);
      out_.close_size(at);
    }
    customs(id);
  }

  void types() {
    if (!m_.types.empty()) {
      out_.u8(section_id::type);
      const size_t at = out_.reserve_size();
      uint32_t groups = 0;
      const auto n = static_cast<uint32_t>(m_.types.size());
      for (uint32_t i = 0; i < n; i += indices_.group_size(i)) ++groups;
      out_.leb_u32(groups);
      for (uint32_t i = 0; i < n;) i = rec_group(i);
      out_.close_size(at);
    }
    customs(section_id::type);
  }

  uint32_t rec_group(uint32_t start) {
    constexpr uint8_t form_rec = 0x4e;
    const uint32_t size = indices_.group_size(start);
    if (size != 1) {
      out_.u8(form_rec);
      out_.leb_u32(size);
    }
    for (uint32_t i = start; i < start + size; ++i) sub_type(i);
    return start + size;
  }

  void sub_type(uint32_t index) {
    constexpr uint8_t form_sub_final = 0x4f, form_sub = 0x50;
    const TypeId id = m_.types[index];
    const TypeId super = m_.type_table.super(id);
    within_ = index;
    if (super != wasm::no_type || !m_.type_table.is_final(id)) {
      out_.u8(m_.type_table.is_final(id) ? form_sub_final : form_sub);
      out_.leb_u32(super != wasm::no_type ? 1 : 0);
      if (super != wasm::no_type) out_.leb_u32(indices_.of(super, index));
    }
    composite_type(id);
    within_ = wasm::no_index;
  }

  void composite_type(TypeId id) {
    constexpr uint8_t form_array = 0x5e, form_struct = 0x5f, form_func = 0x60;
    const wasm::TypeTable& table = m_.type_table;
    switch (table.kind(id)) {
      case CompositeKind::func:
        out_.u8(form_func);
        val_types(table.params(id));
        return val_types(table.results(id));
      case CompositeKind::array:
        out_.u8(form_array);
        return field(table.array_elem(id));
      case CompositeKind::struct_:
        out_.u8(form_struct);
        out_.leb_u64(table.fields(id).size());
        for (wasm::FieldType f : table.fields(id)) field(f);
    }
  }

  void val_types(std::span<const ValType> types) {
    out_.leb_u64(types.size());
    for (ValType t : types) val_type(t);
  }

  void field(wasm::FieldType f) {
    val_type(f.type());
    out_.u8(f.is_mutable());
  }

  void val_type(ValType t) {
    switch (t.kind()) {
      case Kind::i32:
        return out_.u8(0x7f);
      case Kind::i64:
        return out_.u8(0x7e);
      case Kind::f32:
        return out_.u8(0x7d);
      case Kind::f64:
        return out_.u8(0x7c);
      case Kind::v128:
        return out_.u8(0x7b);
      case Kind::i8:
        return out_.u8(0x78);
      case Kind::i16:
        return out_.u8(0x77);
      default:
        break;
    }
    const bool is_short = t.nullable() && t.heap().is_abstract();
    if (!is_short) out_.u8(t.nullable() ? 0x63 : 0x64);
    heap_type(t.heap());
  }

  void heap_type(HeapType h) {
    if (h.is_abstract()) return out_.u8(heap_to_byte(h.abstract()));
    const uint32_t index =
        within_ == wasm::no_index ? indices_.of(h.type()) : indices_.of(h.type(), within_);
    out_.leb_s64(index);
  }

  void imports() {
    vector(section_id::import, 0, m_.imports, [&](const wasm::Import& i) {
      out_.name(i.module);
      out_.name(i.name);
      out_.u8(static_cast<uint8_t>(i.kind));
      switch (i.kind) {
        case ExternKind::func:
          return out_.leb_u32(m_.func_type_indices[i.index]);
        case ExternKind::table:
          return table_type(m_.tables[i.index].type);
        case ExternKind::memory:
          return memory_type(m_.memories[i.index]);
        case ExternKind::global:
          return global_type(m_.globals[i.index].type);
        case ExternKind::tag:
          return tag_type(m_.tags[i.index]);
      }
    });
  }

  void size_limits(const wasm::SizeLimits& l, uint8_t more_flags) {
    out_.u8(static_cast<uint8_t>(more_flags | (l.has_max ? 1 : 0) | (l.shared ? 2 : 0) |
                                 (l.is64 ? 4 : 0)));
    out_.leb_u64(l.min);
    if (l.has_max) out_.leb_u64(l.max);
  }

  void memory_type(const wasm::MemoryType& m) {
    const bool custom = m.page_size_log2 != 16;
    size_limits(m.limits, custom ? 8 : 0);
    if (custom) out_.leb_u32(m.page_size_log2);
  }

  void table_type(const wasm::TableType& t) {
    val_type(t.elem);
    size_limits(t.limits, 0);
  }

  void table(const wasm::Table& t) {
    const bool with_init = !t.init.code.empty();
    if (with_init) {
      out_.u8(0x40);
      out_.u8(0x00);
    }
    table_type(t.type);
    if (with_init) expr(t.init);
  }

  void global_type(const wasm::GlobalType& g) {
    val_type(g.type);
    out_.u8(g.is_mutable);
  }

  void tag_type(const wasm::TagType& t) {
    out_.u8(0);
    out_.leb_u32(indices_.of(t.type));
  }

  void expr(const ConstExpr& e) { out_.bytes(e.code); }

  void elem(const wasm::Elem& e) {
    const ValType func_entries = ValType::ref(wasm::Heap::func, false);
    const bool by_index = e.exprs.empty() && (!e.funcs.empty() || e.type == func_entries);
    const bool active = e.mode == SegmentMode::active;
    const bool implicit = active && e.table == 0 && (by_index || e.type == wasm::funcref_type);
    uint32_t flags = by_index ? 0 : 4;
    if (!active) flags |= e.mode == SegmentMode::declarative ? 3 : 1;
    else if (!implicit) flags |= 2;
    out_.leb_u32(flags);
    if (active && !implicit) out_.leb_u32(e.table);
    if (active) expr(e.offset);
    if (by_index) {
      if (!implicit) out_.u8(0);
      out_.leb_u64(e.funcs.size());
      for (uint32_t f : e.funcs) out_.leb_u32(f);
    } else {
      if (!implicit) val_type(e.type);
      out_.leb_u64(e.exprs.size());
      for (const ConstExpr& x : e.exprs) expr(x);
    }
  }

  void data(const wasm::Data& d) {
    const bool active = d.mode == SegmentMode::active;
    out_.leb_u32(!active ? 1 : d.memory == 0 ? 0 : 2);
    if (active && d.memory != 0) out_.leb_u32(d.memory);
    if (active) expr(d.offset);
    out_.sized(d.bytes);
  }

  const Module& m_;
  TypeIndices indices_;
  Writer out_;
  size_t next_custom_ = 0;
  uint32_t within_ = wasm::no_index;  // the type index being defined
};

}  // namespace

std::vector<uint8_t> encode(const Module& module) { return Encoder(module).run(); }

}  // namespace nacre::binary
