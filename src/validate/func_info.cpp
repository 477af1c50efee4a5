// SPDX-License-Identifier: Apache-2.0
#include "validate/func_info.hpp"

#include <algorithm>

#include "binary/op_reader.hpp"

namespace nacre::validate {
namespace {

using wasm::Imm;
using wasm::Op;

class Scan {
 public:
  Scan(const wasm::Module& module, uint32_t defined_index, FuncInfo& info)
      : info_(info),
        reader_(module, module.body_bytes(defined_index), module.bodies[defined_index].offset) {
    const wasm::TypeId type = module.funcs[module.num_imported_funcs + defined_index];
    count_locals(module.type_table.params(type).size());
  }

  void run() {
    binary::Instr instr;
    while (!reader_.at_end() && reader_.next(instr)) {
      ++info_.num_instructions;
      nesting(instr.op);
      effects(instr.op);
      if (wasm::op_info(instr.op).imm == Imm::local) weigh(instr.index);
    }
  }

 private:
  void count_locals(uint64_t locals) {
    for (uint32_t runs = reader_.count(2); runs > 0 && !reader_.failed(); --runs) {
      locals += reader_.leb_u32();
      reader_.val_type();
    }
    info_.local_weights.assign(std::min<uint64_t>(locals, max_counted_locals), 0);
  }

  void nesting(Op op) {
    if (binary::opens_block(op)) {
      is_loop_.push_back(op == Op::loop);
      loops_ += is_loop_.back();
      info_.has_loop |= is_loop_.back();
      info_.max_loop_depth = std::max(info_.max_loop_depth, loops_);
    } else if ((op == Op::end || op == Op::delegate) && !is_loop_.empty()) {
      loops_ -= is_loop_.back();
      is_loop_.pop_back();
    }
  }

  void effects(Op op) {
    const wasm::OpInfo& row = wasm::op_info(op);
    const bool bulk = op == Op::memory_fill || op == Op::memory_copy || op == Op::memory_init;
    if (row.is(wasm::trait::call)) {
      info_.has_call = true;
      info_.has_tail_call |= row.is(wasm::trait::control);
    }
    info_.has_memory |=
        bulk || row.imm == Imm::memarg || row.imm == Imm::memarg_lane || row.imm == Imm::memory;
    info_.has_store |= bulk || row.bytes_written() != 0;
    info_.has_grow |= op == Op::memory_grow;
    info_.has_handler |= op == Op::try_ || op == Op::try_table;
    info_.has_simd |= row.code >> 16 == 0xfd;
  }

  void weigh(uint32_t local) {
    if (local >= info_.local_weights.size()) return;
    uint32_t& sum = info_.local_weights[local];
    const uint32_t weight = 1u << (3 * std::min(loops_, 4u));
    sum = sum > ~weight ? ~uint32_t{0} : sum + weight;
  }

  FuncInfo& info_;
  binary::OpReader reader_;
  std::vector<bool> is_loop_;  // by open block
  uint32_t loops_ = 0;
};

}  // namespace

FuncInfo collect_func_info(const wasm::Module& module, uint32_t defined_index) {
  FuncInfo info;
  Scan(module, defined_index, info).run();
  return info;
}

}  // namespace nacre::validate
