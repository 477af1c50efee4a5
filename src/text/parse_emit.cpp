// SPDX-License-Identifier: Apache-2.0
//
// Joining the sections, custom sections in their places, and the name section.
#include <algorithm>

#include "base/utf8.hpp"
#include "text/module_parser.hpp"

namespace nacre::text {
namespace {

// Ids of the sections in SectionSlot's order.
constexpr uint8_t section_ids[section_count] = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11};

// The words of `(before ...)` and `(after ...)`, likewise.
constexpr std::string_view section_words[section_count] = {
    "type",   "import", "func", "table",     "memory", "tag", "global",
    "export", "start",  "elem", "datacount", "code",   "data"};

// Custom sections go before (even) and after (odd) each section, and at both ends.
constexpr unsigned slot_first = 0;
constexpr unsigned slot_last = 2 * section_count + 1;
constexpr unsigned slot_before(size_t section) { return static_cast<unsigned>(2 * section + 1); }
constexpr unsigned slot_after(size_t section) { return static_cast<unsigned>(2 * section + 2); }

// Subsections of the name section.
constexpr uint8_t names_module = 0, names_locals = 2, names_labels = 3, names_fields = 10;
struct NameSubsection {
  uint8_t id;
  Space space;
};
constexpr NameSubsection name_subsections[] = {
    {1, Space::func},   {4, Space::type}, {5, Space::table}, {6, Space::memory},
    {7, Space::global}, {8, Space::elem}, {9, Space::data},  {11, Space::tag}};

void write_subsection(Writer& out, uint8_t id, const Writer& contents) {
  out.u8(id);
  out.sized(contents.view());
}

void write_custom(Writer& out, std::string_view name, Bytes contents) {
  Writer w;
  w.name(name);
  w.bytes(contents);
  out.u8(0);
  out.sized(w.view());
}

Bytes as_bytes(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

}  // namespace

// `(@custom "name" (before|after section)? "..."*)`
void ModuleParser::parse_custom() {
  const Token opening = peek();
  if (opening.text != "(@custom") return unexpected();
  take();
  const auto complain = [&](const char* what) {
    fail(std::string("@custom annotation: ") + what,
         peek().kind == TokenKind::eof ? opening : peek());
  };
  if (!at(TokenKind::string)) return complain("missing section name");
  Custom custom{slot_last, decode_string(peek().text), {}};
  if (!is_utf8(custom.name)) return complain("malformed UTF-8 encoding");
  take();
  if (at(TokenKind::lparen)) {
    take();
    const bool before = at_keyword("before");
    if (!before && !at_keyword("after")) return complain("malformed placement");
    take();
    const Token where = peek();
    const auto* word = std::find(std::begin(section_words), std::end(section_words), where.text);
    const auto section_index = static_cast<size_t>(word - std::begin(section_words));
    if (before && is_keyword(where, "first")) custom.slot = slot_first;
    else if (!before && is_keyword(where, "last")) custom.slot = slot_last;
    else if (where.kind != TokenKind::keyword || section_index == section_count)
      return complain("malformed section kind");
    else custom.slot = before ? slot_before(section_index) : slot_after(section_index);
    take();
    if (!at(TokenKind::rparen)) return complain("unexpected token");
    take();
  }
  custom.bytes = take_strings();
  if (!at(TokenKind::rparen)) return complain("unexpected token");
  take();
  customs_.push_back(std::move(custom));
}

void ModuleParser::IndirectNames::add(uint32_t func, std::vector<NameEntry>& names) {
  if (names.empty()) return;
  ++count;
  body.leb_u32(func);
  body.leb_u32(static_cast<uint32_t>(names.size()));
  for (const NameEntry& e : names) {
    body.leb_u32(e.index);
    body.name(e.name);
  }
  names.clear();
}

// Called once per function, in order of index.
void ModuleParser::finish_function_names(uint32_t func) {
  locals_.clear();
  local_names_out_.add(func, local_names_);
  block_names_out_.add(func, block_names_);
}

void ModuleParser::emit_hints(Writer& out) {
  if (hints_count_ == 0) return;
  Writer w;
  w.leb_u32(hints_count_);
  w.bytes(hints_out_.view());
  write_custom(out, "metadata.code.branch_hint", w.view());
}

void ModuleParser::emit_section(Writer& out, SectionSlot slot) {
  Section& s = section(slot);
  const uint8_t id = section_ids[static_cast<size_t>(slot)];
  if (slot == SectionSlot::start) {
    if (!has_start_) return;
    out.u8(id);
    out.sized(s.body.view());
    return;
  }
  if (slot == SectionSlot::data_count) {
    if (!needs_data_count_) return;
    Writer count;
    count.leb_u32(section(SectionSlot::data).count);
    out.u8(id);
    out.sized(count.view());
    return;
  }
  if (s.count == 0) return;
  Writer count;
  count.leb_u32(s.count);
  out.u8(id);
  out.leb_u64(count.size() + s.body.size());
  out.bytes(count.view());
  out.bytes(s.body.view());
  s.body = Writer();
}

void ModuleParser::emit_names(Writer& out) {
  Writer names;
  if (!module_name_.empty() || has_module_name_annotation_) {
    Writer w;
    w.name(module_name_);
    write_subsection(names, names_module, w);
  }
  const auto write_space = [&](const NameSubsection& sub) {
    const auto& bound = bound_[static_cast<size_t>(sub.space)];
    if (bound.empty()) return;
    Writer w;
    w.leb_u32(static_cast<uint32_t>(bound.size()));
    for (const NameEntry& e : bound) {
      w.leb_u32(e.index);
      w.name(e.name);
    }
    write_subsection(names, sub.id, w);
  };
  const auto write_indirect = [&](uint8_t id, const IndirectNames& indirect) {
    if (indirect.count == 0) return;
    Writer w;
    w.leb_u32(indirect.count);
    w.bytes(indirect.body.view());
    write_subsection(names, id, w);
  };
  const auto write_fields = [&] {
    IndirectNames by_type;
    for (size_t i = 0; i < bound_fields_.size();) {
      const uint32_t type = bound_fields_[i].first;
      std::vector<NameEntry> fields;
      for (; i < bound_fields_.size() && bound_fields_[i].first == type; ++i)
        fields.push_back(bound_fields_[i].second);
      by_type.add(type, fields);
    }
    write_indirect(names_fields, by_type);
  };
  for (const NameSubsection& sub : name_subsections) {
    if (sub.id > names_fields) write_fields();
    write_space(sub);
    if (sub.space != Space::func) continue;
    write_indirect(names_locals, local_names_out_);
    write_indirect(names_labels, block_names_out_);
  }
  if (!names.empty()) write_custom(out, "name", names.view());
}

std::vector<uint8_t> ModuleParser::emit() {
  Writer out;
  out.chars(std::string_view("\0asm\1\0\0\0", 8));
  std::stable_sort(customs_.begin(), customs_.end(),
                   [](const Custom& a, const Custom& b) { return a.slot < b.slot; });
  size_t next_custom = 0;
  const auto customs_up_to = [&](unsigned slot) {
    for (; next_custom < customs_.size() && customs_[next_custom].slot <= slot; ++next_custom)
      write_custom(out, customs_[next_custom].name, as_bytes(customs_[next_custom].bytes));
  };
  for (size_t i = 0; i < section_count; ++i) {
    customs_up_to(slot_before(i));
    const auto slot = static_cast<SectionSlot>(i);
    if (slot == SectionSlot::code) emit_hints(out);
    emit_section(out, slot);
  }
  emit_names(out);
  customs_up_to(slot_last);
  return out.take();
}

}  // namespace nacre::text
