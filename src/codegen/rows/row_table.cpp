// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/row_table.hpp"

namespace nacre::codegen {

RowChoice::RowChoice(std::span<const Row> rows, os::CpuFeatures features) : features_(features) {
  const auto usable = [&](const Row& row) { return features.has(row.features); };
  for (const Row& row : rows)
    if (usable(row)) ++first_[row.op.number + 1u];
  for (unsigned i = 0; i < row_op_count; ++i)
    first_[i + 1] = static_cast<uint16_t>(first_[i + 1] + first_[i]);
  rows_.resize(first_[row_op_count]);
  std::array<uint16_t, row_op_count + 1> next = first_;
  for (const Row& row : rows) {
    if (!usable(row)) continue;
    rows_[next[row.op.number]++] = &row;
    if (row.serves != nullptr) continue;
    const Row*& best = (row.gives_flags() ? flags_ : value_)[row.op.number];
    if (best == nullptr) best = &row;
  }
}

const Row* RowChoice::constant(RowOp op, int64_t value) const {
  for (const Row* row : all(op))
    if (row->serves != nullptr && row->serves(value)) return row;
  return nullptr;
}

namespace {

const char* bad_kind(const Input& in, const Operand& x, os::CpuFeatures features) {
  switch (x.kind) {
    case Operand::Kind::none:
      return "missing input";
    case Operand::Kind::reg:
      if ((in.accepts & Input::imm_only) != 0) return "constant required";
      if (in.cls == ValueClass::address) return "address required";
      return in.fixed != no_reg && x.reg != in.fixed ? "input not in its fixed register" : nullptr;
    case Operand::Kind::mem:
      if ((in.accepts & Input::mem) == 0) return "memory not accepted";
      if (is_vec(in.cls) && in.mem_bytes == 16 && !features.has(os::cpu::avx))
        return "unaligned vector memory needs AVX";
      return nullptr;
    case Operand::Kind::imm:
      if ((in.accepts & Input::imm_any) != 0) return nullptr;
      if ((in.accepts & Input::imm32) == 0) return "constant not accepted";
      if (in.cls == ValueClass::i64 && x.imm != static_cast<int32_t>(x.imm))
        return "constant too large";
      return nullptr;
  }
  return nullptr;
}

// Whether reading input `x` of class `in` touches register `r` of the file that `c` lives in.
bool touches(const Input& in, const Operand& x, uint8_t r, bool general) {
  if (x.is_mem()) return general && x.mem.uses(r);
  return x.is_reg() && is_gpr(in.cls) == general && x.reg == r;
}

const char* bad_overlap(const Row& row, const Operands& o, unsigned input, const Output& out,
                        uint8_t reg, os::CpuFeatures features) {
  const Input& in = row.in[input];
  if (out.cls == ValueClass::flags || out.tied == input) return nullptr;
  if (!touches(in, o.in[input], reg, is_gpr(out.cls))) return nullptr;
  const bool tied = o.in[0].is_reg() && touches(row.in[0], o.in[0], reg, is_gpr(out.cls));
  switch (in.apart) {
    case Apart::no:
      return nullptr;
    case Apart::unless_tied:
      return tied ? nullptr : "input shares the output's register";
    case Apart::without_avx:
      return tied || features.has(os::cpu::avx) ? nullptr : "input shares the output's register";
    case Apart::always_without_avx:
      return features.has(os::cpu::avx) ? nullptr : "input shares the output's register";
    case Apart::always:
      return "input shares the output's register";
  }
  return nullptr;
}

}  // namespace

const char* violation(const Row& row, const Operands& o, os::CpuFeatures features) {
  if (!features.has(row.features)) return "the processor lacks a feature";
  unsigned memories = 0;
  for (unsigned i = 0; i < row.in_count; ++i) {
    if (const char* why = bad_kind(row.in[i], o.in[i], features)) return why;
    memories += o.in[i].is_mem() ? 1 : 0;
    for (unsigned k = 0; k < row.out_count; ++k)
      if (const char* why = bad_overlap(row, o, i, row.out[k], o.out[k], features)) return why;
    for (uint8_t r = 0; r < 16; ++r)
      if ((row.destroys >> r & 1) != 0 && row.in[i].fixed != r &&
          touches(row.in[i], o.in[i], r, true))
        return "input in a destroyed register";
  }
  if (memories > 1) return "two inputs in memory";
  if (row.serves != nullptr && !row.serves(o.in[1].imm))
    return "a constant the row is not made for";
  for (unsigned k = 0; k < row.out_count; ++k) {
    const Output& out = row.out[k];
    if (out.cls == ValueClass::flags) continue;
    if (o.out[k] == no_reg) return "missing output";
    if (out.fixed != no_reg && o.out[k] != out.fixed) return "output not in its fixed register";
    if (out.tied != no_reg && !(o.in[out.tied].is_reg() && o.in[out.tied].reg == o.out[k]))
      return "output not in its input's register";
    if (k == 1 && o.out[0] == o.out[1]) return "two outputs in one register";
  }
  const unsigned scratch_count = row.scratch_gprs + row.scratch_vecs;
  for (unsigned s = 0; s < scratch_count; ++s) {
    const uint8_t r = o.scratch[s];
    const bool general = s < row.scratch_gprs;
    if (r == no_reg) return "missing scratch register";
    if (general && (row.destroys >> r & 1) != 0) return "scratch register is destroyed";
    for (unsigned i = 0; i < row.in_count; ++i)
      if (touches(row.in[i], o.in[i], r, general)) return "scratch register is an input";
    for (unsigned k = 0; k < row.out_count; ++k)
      if (is_gpr(row.out[k].cls) == general && o.out[k] == r)
        return "scratch register is an output";
    for (unsigned t = 0; t < s; ++t)
      if (o.scratch[t] == r && (t < row.scratch_gprs) == general)
        return "scratch registers coincide";
  }
  return nullptr;
}

}  // namespace nacre::codegen
