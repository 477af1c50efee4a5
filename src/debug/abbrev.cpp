// SPDX-License-Identifier: Apache-2.0
#include "debug/abbrev.hpp"

#include <algorithm>

namespace nacre::debug {
namespace {

uint16_t narrow(uint64_t code) {
  return code <= 0xffff ? static_cast<uint16_t>(code) : uint16_t{0};
}

}  // namespace

AbbrevTable::AbbrevTable(Bytes section, uint64_t offset, const Encoding& e, Budget& budget,
                         uint64_t last_code) {
  Reader r(tail(section, offset));
  bool sorted = true;
  while (!r.at_end()) {
    const uint64_t code = r.leb_u64();
    if (code == 0 || !read_decl(r, code, e, budget)) break;
    const size_t n = decls_.size();
    if (n > 1 && decls_[n - 2].code >= code) sorted = false;
    if (code == last_code) break;
  }
  if (!sorted)
    std::stable_sort(decls_.begin(), decls_.end(),
                     [](const auto& a, const auto& b) { return a.code < b.code; });
}

bool AbbrevTable::read_decl(Reader& r, uint64_t code, const Encoding& e, Budget& budget) {
  AbbrevDecl d{};
  d.code = code;
  d.tag = narrow(r.leb_u64());
  d.has_children = r.u8() != 0;
  d.first_attr = static_cast<uint32_t>(attrs_.size());
  uint64_t size = 0;
  for (;;) {
    const uint64_t name = r.leb_u64(), form = r.leb_u64();
    if (!r.ok() || !budget.spend()) return false;
    if (name == 0 && form == 0) break;
    const int64_t constant = form == DW_FORM_implicit_const ? r.leb_s64() : 0;
    attrs_.push_back({narrow(name), narrow(form), constant});
    const int n = fixed_form_size(narrow(form), e);
    if (n < 0) d.variable_size = true;
    else size += static_cast<uint64_t>(n);
  }
  d.num_attrs = static_cast<uint32_t>(attrs_.size() - d.first_attr);
  d.fixed_size = static_cast<uint32_t>(size);  // at most 16 for each two bytes of a module
  if (size > 0xffffffffu) d.variable_size = true;
  decls_.push_back(d);
  return true;
}

const AbbrevDecl* AbbrevTable::find(uint64_t code) const {
  // Compilers number declarations 1, 2, 3 ...
  if (code - 1 < decls_.size() && decls_[static_cast<size_t>(code - 1)].code == code)
    return &decls_[static_cast<size_t>(code - 1)];
  const auto at = std::lower_bound(decls_.begin(), decls_.end(), code,
                                   [](const AbbrevDecl& d, uint64_t c) { return d.code < c; });
  return at != decls_.end() && at->code == code ? &*at : nullptr;
}

int fixed_form_size(uint16_t form, const Encoding& e) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_data1:
    case DW_FORM_flag:
    case DW_FORM_ref1:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_ref_sup4:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    case DW_FORM_addr:
      return e.address_size;
    case DW_FORM_ref_addr:  // DWARF 2 gave it the size of an address
      return e.version <= 2 ? e.address_size : e.offset_size;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return e.offset_size;
    default:
      return -1;
  }
}

AttrValue read_form(Reader& r, uint16_t form, int64_t implicit_const, const Encoding& e) {
  if (form == DW_FORM_indirect) {
    const uint64_t real = r.leb_u64();
    form = narrow(real);
    if (form == DW_FORM_indirect || form == DW_FORM_implicit_const) form = 0;
  }
  AttrValue v;
  v.form = form;
  if (form == DW_FORM_implicit_const) {
    v.number = static_cast<uint64_t>(implicit_const);
    return v;
  }
  if (form == DW_FORM_flag_present) {
    v.number = 1;
    return v;
  }
  if (const int n = fixed_form_size(form, e); n >= 0) {
    if (n <= 8) v.number = read_uint(r, static_cast<unsigned>(n));
    else r.bytes(static_cast<uint64_t>(n));
    return v;
  }
  switch (form) {
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      v.number = r.leb_u64();
      break;
    case DW_FORM_sdata:
      v.number = static_cast<uint64_t>(r.leb_s64());
      break;
    case DW_FORM_string:
      v.text = read_cstr(r);
      break;
    case DW_FORM_block:
    case DW_FORM_exprloc:
      r.bytes(r.leb_u64());
      break;
    case DW_FORM_block1:
      r.bytes(r.u8());
      break;
    case DW_FORM_block2:
      r.bytes(r.fixed<uint16_t>());
      break;
    case DW_FORM_block4:
      r.bytes(r.fixed<uint32_t>());
      break;
    default:
      r.fail(ReadFault::unexpected_end, r.offset());
      v.form = 0;
      break;
  }
  return v;
}

}  // namespace nacre::debug
