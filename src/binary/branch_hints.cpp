// SPDX-License-Identifier: Apache-2.0
#include "binary/branch_hints.hpp"

#include <string>

#include "binary/op_reader.hpp"

namespace nacre::binary {
namespace {

using wasm::Op;

Error hint_error(ErrorKind kind, const char* what, uint64_t offset) {
  return make_error(kind, std::string("@metadata.code.branch_hint annotation: ") + what, offset);
}

// Reads section contents at `r` into `hints`. `bad` becomes what is wrong, or stays null.
void read_hints(Reader& r, std::vector<BranchHint>& hints, const char*& bad) {
  const uint32_t funcs = r.count(2);
  uint64_t next_func = 0;
  for (uint32_t i = 0; i < funcs && r.ok() && !bad; ++i) {
    const uint32_t func = r.leb_u32();
    if (func < next_func) bad = "functions out of order";
    next_func = uint64_t{func} + 1;
    const uint32_t n = r.count(3);
    uint64_t next_offset = 0;
    for (uint32_t k = 0; k < n && r.ok() && !bad; ++k) {
      const uint32_t offset = r.leb_u32();
      const uint32_t size = r.leb_u32();
      const uint8_t value = r.u8();
      if (!r.ok()) return;
      if (offset < next_offset) bad = "duplicate annotation";
      else if (size != 1 || value > 1) bad = "malformed hint";
      else hints.push_back({func, offset, value == 1});
      next_offset = uint64_t{offset} + 1;
    }
  }
}

// Whether each hint of one function stands at a conditional branch; the first that does not.
const BranchHint* misplaced_hint(const wasm::Module& module, const BranchHint* first,
                                 const BranchHint* last) {
  const uint32_t defined = first->func - module.num_imported_funcs;
  if (first->func < module.num_imported_funcs || defined >= module.bodies.size()) return first;
  const wasm::Body& body = module.bodies[defined];
  OpReader reader(module, module.body_bytes(defined), body.offset);
  const uint32_t runs = reader.count(2);
  for (uint32_t i = 0; i < runs && !reader.failed(); ++i) {
    reader.leb_u32();
    reader.val_type();
  }
  Instr instr;
  for (; first != last; ++first) {
    const uint64_t target = body.offset + first->offset;
    uint64_t at = reader.offset();
    while (at <= target && !reader.at_end()) {
      if (!reader.next(instr)) return first;
      if (at == target) break;
      at = reader.offset();
    }
    if (at != target || (instr.op != Op::if_ && instr.op != Op::br_if)) return first;
  }
  return nullptr;
}

}  // namespace

std::vector<BranchHint> read_branch_hints(const wasm::Module& module) {
  std::vector<BranchHint> hints;
  const char* bad = nullptr;
  if (const wasm::CustomSection* section = module.custom(branch_hint_section)) {
    Reader r(section->bytes, section->offset);
    read_hints(r, hints, bad);
  }
  return hints;
}

Result<void> check_branch_hints(const wasm::Module& module) {
  const wasm::CustomSection* section = module.custom(branch_hint_section);
  if (!section) return {};
  std::vector<BranchHint> hints;
  const char* bad = nullptr;
  Reader r(section->bytes, section->offset);
  read_hints(r, hints, bad);
  if (bad) return hint_error(ErrorKind::malformed, bad, r.offset());
  if (!r.ok()) return hint_error(ErrorKind::malformed, "unexpected end", r.fault_offset());
  if (!r.at_end()) return hint_error(ErrorKind::malformed, "section size mismatch", r.offset());
  const BranchHint* end = hints.data() + hints.size();
  for (const BranchHint* first = hints.data(); first != end;) {
    const BranchHint* last = first;
    while (last != end && last->func == first->func) ++last;
    if (const BranchHint* wrong = misplaced_hint(module, first, last)) {
      const uint32_t defined = wrong->func - module.num_imported_funcs;
      const bool known = wrong->func >= module.num_imported_funcs && defined < module.bodies.size();
      const uint64_t base = known ? module.bodies[defined].offset : section->offset;
      return hint_error(ErrorKind::invalid, "invalid target", base + (known ? wrong->offset : 0));
    }
    first = last;
  }
  return {};
}

}  // namespace nacre::binary
