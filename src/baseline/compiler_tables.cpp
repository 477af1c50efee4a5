// SPDX-License-Identifier: Apache-2.0
//
// Tables: reading, writing and size inline, everything else by builtins.
#include "baseline/compiler.hpp"

namespace nacre::baseline {
namespace {

using codegen::BuiltinId;
using runtime::Table;

// A std::vector is three pointers: begin, end, end of storage.
constexpr int32_t entries_begin = static_cast<int32_t>(offsetof(Table, entries));
constexpr int32_t entries_end = entries_begin + static_cast<int32_t>(sizeof(void*));
static_assert(sizeof(decltype(Table::entries)) == 3 * sizeof(void*));

constexpr uint64_t max_constant_index = 1u << 24;

}  // namespace

// `base`: the table's entries; the scratch register: their number of bytes.
void Compiler::load_table(uint32_t table, uint8_t base) {
  a.mov(r64(base), vm_field(offsetof(runtime::VmContext, tables)));
  a.mov(r64(base), mem(r64(base), static_cast<int32_t>(table * sizeof(Table*))));
  a.mov(x64::scratch_reg, mem(r64(base), entries_end));
  a.mov(r64(base), mem(r64(base), entries_begin));
  a.sub(x64::scratch_reg, r64(base));
}

// The entry `i`, checked; takes registers of the mark that is open.
Mem Compiler::table_entry(uint32_t table, Value i) {
  const bool constant = is_constant(i) && node(i).bits < max_constant_index;
  const uint8_t index = constant ? no_reg : to_reg(i);
  const uint8_t base = alloc(0);
  load_table(table, base);
  if (constant) {
    const auto at = static_cast<int32_t>(node(i).bits * sizeof(runtime::RefBits));
    a.cmp(x64::scratch_reg, at);
    a.j(Cond::be, trap_label_at(Trap::table_out_of_bounds, node(i).bits));
    return mem(r64(base), at);
  }
  a.shr(x64::scratch_reg, 3);
  a.cmp(r64(index), x64::scratch_reg);
  a.j(Cond::ae, trap_label_with(Trap::table_out_of_bounds, index));
  return mem(r64(base), r64(index), 3);
}

Value Compiler::table_get(uint32_t table, ValType elem, Value i) {
  flush_loads();
  const Mark mark = begin();
  const Mem entry = table_entry(table, i);
  a.mov(r64(entry.base), entry);
  return push_result(mark, i, ValueClass::i64, entry.base, is_gc_ref(elem));
}

void Compiler::table_set(uint32_t table, Value i, Value v) {
  flush_loads();
  compute(i, v);
  const Mark mark = begin();
  const bool constant = is_constant(v) && node(v).bits <= INT32_MAX;
  const uint8_t value = constant ? no_reg : to_reg(v);
  const Mem entry = table_entry(table, i);
  if (constant) a.mov(Size::q, entry, static_cast<int32_t>(node(v).bits));
  else a.mov(entry, r64(value));
  close(mark);
  pop_from(i);
}

Value Compiler::table_size(uint32_t table) {
  const Mark mark = begin();
  const uint8_t size = alloc(0);
  load_table(table, size);
  a.mov(r64(size), x64::scratch_reg);
  a.shr(r64(size), 3);
  close(mark);
  return push_reg(index_class(module_.tables[table].type.limits), size);
}

Value Compiler::table_grow(uint32_t table, Value init, Value) {
  call_builtin(BuiltinId::table_grow, table, 0, first_of(init));
  return push_slot(index_class(module_.tables[table].type.limits));
}

void Compiler::table_fill(uint32_t table, Value i, Value, Value) {
  call_builtin(BuiltinId::table_fill, table, 0, first_of(i));
}

void Compiler::table_copy(uint32_t dst_table, uint32_t src_table, Value dst, Value, Value) {
  call_builtin(BuiltinId::table_copy, dst_table, src_table, first_of(dst));
}

void Compiler::table_init(uint32_t elem, uint32_t table, Value dst, Value, Value) {
  call_builtin(BuiltinId::table_init, elem, table, first_of(dst));
}

void Compiler::elem_drop(uint32_t elem) { call_builtin(BuiltinId::elem_drop, elem, 0, top_node()); }

}  // namespace nacre::baseline
