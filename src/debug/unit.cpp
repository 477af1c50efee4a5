// SPDX-License-Identifier: Apache-2.0
#include "debug/unit.hpp"

#include <algorithm>

namespace nacre::debug {

bool UnitHeader::read(Reader& r, UnitHeader& out) {
  if (r.at_end()) return false;
  out = UnitHeader();
  out.offset = r.offset();
  const uint64_t length = read_unit_length(r, out.encoding);
  const uint64_t start = r.offset();
  const Bytes body = r.bytes(std::min<uint64_t>(length, r.remaining()));
  if (!r.ok()) return false;
  out.end = r.offset();
  Reader h(body, start);
  Encoding& e = out.encoding;
  e.version = h.fixed<uint16_t>();
  if (e.version >= 5) {
    out.type = h.u8();
    e.address_size = h.u8();
    out.abbrevs = read_uint(h, e.offset_size);
    constexpr unsigned id_size = 8;
    if (out.type == DW_UT_skeleton || out.type == DW_UT_split_compile) h.bytes(id_size);
    if (out.type == DW_UT_type || out.type == DW_UT_split_type) h.bytes(id_size + e.offset_size);
  } else {
    out.abbrevs = read_uint(h, e.offset_size);
    e.address_size = h.u8();
  }
  const bool known =
      h.ok() && e.version >= 2 && e.version <= 5 && (e.address_size == 4 || e.address_size == 8);
  out.dies = known ? h.offset() : out.end;
  return true;
}

Unit::Unit(const Sections& sections, const UnitHeader& header, bool index_only, Budget& budget)
    : sections_(sections),
      header_(header),
      abbrevs_(sections.abbrev, header.abbrevs, header.encoding, budget,
               index_only ? Reader(tail(sections.info, header.dies)).leb_u64() : 0) {
  Reader r = dies_from(header.dies);
  if (!read_die(r, root_, budget)) return;
  const Encoding& e = header_.encoding;
  // The sections of version 5 begin with a header which the base points past.
  if (e.version >= 5) str_offsets_base_ = e.offset_size == 8 ? 16 : 8;
  if (root_.str_offsets_base) str_offsets_base_ = root_.str_offsets_base.number;
  if (root_.addr_base) addr_base_ = root_.addr_base.number;
  if (root_.rnglists_base) rnglists_base_ = root_.rnglists_base.number;
  if (root_.low_pc) low_pc_ = address(root_.low_pc).value_or(0);
}

Reader Unit::dies_from(uint64_t offset) const {
  if (offset < header_.dies || offset >= header_.end) return Reader();
  return Reader(sections_.info.subspan(static_cast<size_t>(offset),
                                       static_cast<size_t>(header_.end - offset)),
                offset);
}

bool Unit::read_die(Reader& r, Die& out, Budget& budget) const {
  out.offset = r.offset();
  const uint64_t code = r.leb_u64();
  out.tag = 0;
  out.has_children = false;
  if (code == 0) return false;
  const AbbrevDecl* d = abbrevs_.find(code);
  if (d == nullptr || !budget.spend()) {
    r.stop();
    return false;
  }
  out.tag = d->tag;
  out.has_children = d->has_children;
  const bool matters = d->tag == DW_TAG_subprogram || d->tag == DW_TAG_inlined_subroutine ||
                       d->tag == DW_TAG_lexical_block || out.offset == header_.dies;
  if (!matters && !d->variable_size) {
    r.bytes(d->fixed_size);
    return r.ok();
  }
  if (!budget.spend(d->num_attrs)) {
    r.stop();
    return false;
  }
  if (matters) {
    const uint64_t offset = out.offset;
    out = Die();
    out.offset = offset;
    out.tag = d->tag;
    out.has_children = d->has_children;
  }
  const AttrSpec* specs = abbrevs_.attrs(*d);
  for (uint32_t i = 0; i < d->num_attrs && r.ok(); ++i) {
    const AttrValue v = read_form(r, specs[i].form, specs[i].implicit_const, header_.encoding);
    if (matters) set_attr(out, specs[i].name, v);
  }
  return r.ok();
}

void Unit::set_attr(Die& d, uint16_t name, const AttrValue& v) const {
  switch (name) {
    case DW_AT_name:
      d.name = v;
      break;
    case DW_AT_linkage_name:
    case DW_AT_MIPS_linkage_name:
      d.linkage_name = v;
      break;
    case DW_AT_low_pc:
      d.low_pc = v;
      break;
    case DW_AT_high_pc:
      d.high_pc = v;
      break;
    case DW_AT_ranges:
      d.ranges = v;
      break;
    case DW_AT_abstract_origin:
      d.origin = v;
      break;
    case DW_AT_specification:
      d.specification = v;
      break;
    case DW_AT_stmt_list:
      d.stmt_list = v;
      break;
    case DW_AT_comp_dir:
      d.comp_dir = v;
      break;
    case DW_AT_str_offsets_base:
      d.str_offsets_base = v;
      break;
    case DW_AT_addr_base:
      d.addr_base = v;
      break;
    case DW_AT_rnglists_base:
      d.rnglists_base = v;
      break;
    case DW_AT_dwo_name:
    case DW_AT_GNU_dwo_name:
      d.dwo_name = v;
      break;
    case DW_AT_call_file:
      d.call_file = v.number;
      break;
    case DW_AT_call_line:
      d.call_line = v.number;
      break;
    case DW_AT_call_column:
      d.call_column = v.number;
      break;
    default:
      break;
  }
}

std::string_view Unit::string(const AttrValue& v) const {
  switch (v.form) {
    case DW_FORM_string:
      return v.text;
    case DW_FORM_strp:
      return cstr_at(sections_.str, v.number);
    case DW_FORM_line_strp:
      return cstr_at(sections_.line_str, v.number);
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
    case DW_FORM_GNU_str_index: {
      const unsigned size = header_.encoding.offset_size;
      if (v.number > sections_.str_offsets.size() / size) return {};
      const Bytes entries = tail(sections_.str_offsets, str_offsets_base_);
      Reader r(tail(entries, v.number * size));
      const uint64_t at = read_uint(r, size);
      return r.ok() ? cstr_at(sections_.str, at) : std::string_view();
    }
    default:
      return {};
  }
}

bool Unit::is_address_index(uint16_t form) {
  switch (form) {
    case DW_FORM_addrx:
    case DW_FORM_addrx1:
    case DW_FORM_addrx2:
    case DW_FORM_addrx3:
    case DW_FORM_addrx4:
    case DW_FORM_GNU_addr_index:
      return true;
    default:
      return false;
  }
}

std::optional<uint64_t> Unit::indexed_address(uint64_t index) const {
  const unsigned size = header_.encoding.address_size;
  if (index > sections_.addr.size() / size) return std::nullopt;
  Reader r(tail(tail(sections_.addr, addr_base_), index * size));
  const uint64_t a = read_uint(r, size);
  if (!r.ok()) return std::nullopt;
  return a;
}

std::optional<uint64_t> Unit::address(const AttrValue& v) const {
  if (v.form == DW_FORM_addr) return v.number;
  if (is_address_index(v.form)) return indexed_address(v.number);
  return std::nullopt;
}

// The linker gives dropped code the address 0 or one of the last two.
bool Unit::is_live(uint64_t begin, uint64_t end) const {
  return begin != 0 && begin < end && end <= 0xffffffffu && begin < max_address() - 1;
}

std::optional<uint64_t> Unit::reference(const AttrValue& v) const {
  switch (v.form) {
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata:
      if (v.number >= header_.end - header_.offset) return std::nullopt;
      return header_.offset + v.number;
    case DW_FORM_ref_addr:
      return v.number;
    default:
      return std::nullopt;
  }
}

Unit::RangeReader::RangeReader(const Unit& unit, const AttrValue& v)
    : unit_(unit), base_(unit.low_pc_) {
  const Encoding& e = unit.header_.encoding;
  if (e.version < 5) {
    r_ = Reader(tail(unit.sections_.ranges, v.number));
    return;
  }
  uint64_t offset = v.number;
  if (v.form == DW_FORM_rnglistx) {
    const Bytes lists = tail(unit.sections_.rnglists, unit.rnglists_base_);
    if (v.number > lists.size() / e.offset_size) return;
    Reader entry(tail(lists, v.number * e.offset_size));
    offset = unit.rnglists_base_ + read_uint(entry, e.offset_size);
    if (!entry.ok()) return;
  }
  r_ = Reader(tail(unit.sections_.rnglists, offset));
}

bool Unit::RangeReader::next(uint64_t& begin, uint64_t& end) {
  return unit_.header_.encoding.version < 5 ? next_v4(begin, end) : next_v5(begin, end);
}

bool Unit::RangeReader::next_v4(uint64_t& begin, uint64_t& end) {
  const unsigned size = unit_.header_.encoding.address_size;
  begin = read_uint(r_, size);
  end = read_uint(r_, size);
  if (!r_.ok() || (begin == 0 && end == 0)) return false;
  if (begin == unit_.max_address()) {
    base_ = end;
    begin = end = 0;
  } else if (begin == unit_.max_address() - 1) {
    begin = end = 0;
  } else {
    begin += base_;
    end += base_;
  }
  return true;
}

bool Unit::RangeReader::next_v5(uint64_t& begin, uint64_t& end) {
  const unsigned size = unit_.header_.encoding.address_size;
  const auto indexed = [&] { return unit_.indexed_address(r_.leb_u64()).value_or(0); };
  begin = end = 0;
  if (r_.at_end()) return false;
  switch (r_.u8()) {
    case DW_RLE_base_addressx:
      base_ = indexed();
      break;
    case DW_RLE_startx_endx:
      begin = indexed();
      end = indexed();
      break;
    case DW_RLE_startx_length:
      begin = indexed();
      end = begin + r_.leb_u64();
      break;
    case DW_RLE_offset_pair:
      begin = base_ + r_.leb_u64();
      end = base_ + r_.leb_u64();
      if (base_ >= unit_.max_address() - 1) begin = end = 0;
      break;
    case DW_RLE_base_address:
      base_ = read_uint(r_, size);
      break;
    case DW_RLE_start_end:
      begin = read_uint(r_, size);
      end = read_uint(r_, size);
      break;
    case DW_RLE_start_length:
      begin = read_uint(r_, size);
      end = begin + r_.leb_u64();
      break;
    default:  // the end of the list, or an entry nobody knows
      return false;
  }
  return r_.ok();
}

const std::vector<FunctionRange>& Unit::functions(Budget& budget) {
  if (functions_read_) return functions_;
  functions_read_ = true;
  Reader r = dies_from(header_.dies);
  Die d;
  while (!r.at_end()) {
    const bool read = read_die(r, d, budget);
    if (!read || d.tag != DW_TAG_subprogram) continue;
    for_each_range(d, budget, [&](uint64_t begin, uint64_t end) {
      functions_.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end),
                            static_cast<uint32_t>(d.offset)});
    });
  }
  std::sort(functions_.begin(), functions_.end(), [](const auto& a, const auto& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.die < b.die;
  });
  return functions_;
}

const LineTable* Unit::lines(Budget& budget) {
  if (!lines_read_ && root_.stmt_list) {
    lines_ = std::make_unique<LineTable>(sections_, root_.stmt_list.number, header_.encoding,
                                         string(root_.comp_dir), budget);
  }
  lines_read_ = true;
  return lines_.get();
}

}  // namespace nacre::debug
