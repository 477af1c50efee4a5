// SPDX-License-Identifier: Apache-2.0
#include "validate/declared_funcs.hpp"

#include "binary/op_reader.hpp"

namespace nacre::validate {
namespace {

void add_named(const wasm::Module& module, const wasm::ConstExpr& expr, DeclaredFuncs& found) {
  binary::OpReader reader(module, expr.code, expr.offset);
  binary::Instr instr;
  while (!reader.at_end() && reader.next(instr)) {
    if (instr.op == wasm::Op::ref_func && instr.index < module.funcs.size()) found.add(instr.index);
  }
}

}  // namespace

DeclaredFuncs declared_funcs(const wasm::Module& module) {
  DeclaredFuncs found;
  for (const wasm::Export& e : module.exports)
    if (e.kind == wasm::ExternKind::func && e.index < module.funcs.size()) found.add(e.index);
  for (const wasm::Table& table : module.tables) add_named(module, table.init, found);
  for (const wasm::Global& global : module.globals) add_named(module, global.init, found);
  for (const wasm::Elem& elem : module.elems) {
    add_named(module, elem.offset, found);
    for (uint32_t func : elem.funcs)
      if (func < module.funcs.size()) found.add(func);
    for (const wasm::ConstExpr& expr : elem.exprs) add_named(module, expr, found);
  }
  for (const wasm::Data& data : module.datas) add_named(module, data.offset, found);
  return found;
}

}  // namespace nacre::validate
