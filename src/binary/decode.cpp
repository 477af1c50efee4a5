// SPDX-License-Identifier: Apache-2.0
//
// The frame of a binary: header, sections in order, and what must agree between them.
#include "binary/decode.hpp"

#include "binary/decoder.hpp"
#include "binary/errors.hpp"

namespace nacre::binary {

using wasm::Feature;

namespace {

constexpr uint8_t section_order[] = {
    section_id::custom,  section_id::type,   section_id::import,  section_id::function,
    section_id::table,   section_id::memory, section_id::tag,     section_id::global,
    section_id::export_, section_id::start,  section_id::element, section_id::data_count,
    section_id::code,    section_id::data,
};

}  // namespace

bool Decoder::run() {
  header();
  while (!in_.at_end()) section();
  if (!in_.failed()) check_whole();
  return !in_.failed();
}

void Decoder::header() {
  constexpr uint32_t magic = 0x6d736100, version = 1, component_version = 0x0001000d;
  if (module_.bytes.size() > limits_.max_module_bytes)
    return in_.fault(Fault::limit_module_size, 0, module_.bytes.size());
  if (module_.bytes.empty()) return in_.fault(Fault::empty_module, 0);
  if (in_.fixed<uint32_t>() != magic) return in_.fault(Fault::magic_not_detected, 0);
  const uint32_t found = in_.fixed<uint32_t>();
  if (found == component_version) return in_.fault(Fault::component, 4);
  if (found != version) in_.fault(Fault::unknown_version, 4, found);
}

bool Decoder::section_enabled(uint8_t id) const {
  if (id == section_id::data_count) return in_.has(Feature::bulk);
  if (id == section_id::tag)
    return in_.has(Feature::exceptions) || in_.has(Feature::legacy_exceptions);
  return id < section_id::count;
}

void Decoder::section_off(uint8_t id, uint64_t at) {
  if (id == section_id::tag) in_.feature_off(Feature::exceptions, Part::tag, at);
  else in_.feature_off(Feature::bulk, Part::data_count_section, at);
}

bool Decoder::in_order(uint8_t id) {
  uint8_t rank = 1;
  while (section_order[rank] != id) ++rank;
  if (rank <= last_order_) return false;
  last_order_ = rank;
  return true;
}

void Decoder::section() {
  const uint64_t at = in_.offset();
  const uint8_t id = in_.u8();
  if (last_section_ == section_id::code && (!section_enabled(id) || id == section_id::code)) {
    blame_last_body();
    if (in_.failed()) return;
  }
  if (id >= section_id::count) return in_.fault(Fault::malformed_section_id, at, id);
  if (!section_enabled(id)) return section_off(id, at);
  const uint64_t size_at = in_.offset();
  const uint32_t size = in_.leb_u32();
  if (size > in_.remaining()) return in_.fail(ReadFault::count_too_large, size_at);
  if (in_.failed()) return;
  const uint64_t end = in_.offset() + size;
  section_end_ = end;
  if (id == section_id::custom) return custom_section(end);
  if (!in_order(id)) return in_.fault(Fault::section_out_of_order, at, id);
  section_contents(id);
  last_section_ = id;
  if (in_.failed() || in_.offset() == end) return;
  if (id == section_id::code) blame_last_body();
  in_.fault(Fault::section_size_mismatch, in_.offset(), end);
}

// The file goes wrong right behind the last function body: perhaps its size is too small and what
// follows is the rest of an instruction. If that instruction is at fault, it is the better
// explanation.
void Decoder::blame_last_body() {
  if (module_.bodies.empty()) return;
  const wasm::Body& body = module_.bodies.back();
  OpReader reader(module_, module_.bytes.subspan(static_cast<size_t>(body.offset)), body.offset);
  reader.ignore_unknown_types(true);
  const uint32_t runs = reader.count(2);
  for (uint32_t i = 0; i < runs && !reader.failed(); ++i) {
    reader.leb_u32();
    reader.val_type();
  }
  const uint64_t end = body.offset + body.size;
  Instr instr;
  while (reader.offset() < end)
    if (!reader.next(instr)) break;
  if (reader.failed()) static_cast<Input&>(in_) = reader;
}

void Decoder::section_contents(uint8_t id) {
  switch (id) {
    case section_id::type:
      return type_section();
    case section_id::import:
      return import_section();
    case section_id::function:
      return function_section();
    case section_id::table:
      return table_section();
    case section_id::memory:
      return memory_section();
    case section_id::tag:
      return tag_section();
    case section_id::global:
      return global_section();
    case section_id::export_:
      return export_section();
    case section_id::start:
      return start_section();
    case section_id::element:
      return element_section();
    case section_id::data_count:
      return data_count_section();
    case section_id::code:
      return code_section();
    default:
      return data_section();
  }
}

void Decoder::custom_section(uint64_t end) {
  const uint64_t at = in_.offset();
  if (module_.customs.size() >= max_custom_sections)
    return in_.fault(Fault::limit_custom_sections, at, module_.customs.size() + 1);
  const std::string_view name = in_.name();
  if (in_.failed()) return;
  if (in_.offset() > end) return in_.fail(ReadFault::unexpected_end, end);
  const uint64_t offset = in_.offset();
  module_.customs.push_back({name, in_.bytes(end - offset), offset, last_section_});
}

// What only the whole file shows.
void Decoder::check_whole() {
  const uint64_t end = in_.offset();
  const uint64_t defined = module_.funcs.size() - module_.num_imported_funcs;
  if (defined != module_.bodies.size())
    return in_.fault(Fault::func_code_mismatch, end, defined << 32 | module_.bodies.size());
  if (module_.data_count != wasm::no_index && module_.data_count != module_.datas.size())
    return in_.fault(Fault::data_count_mismatch, end,
                     uint64_t{module_.data_count} << 32 | module_.datas.size());
}

uint32_t Decoder::items(size_t have, uint32_t limit, Fault too_many) {
  const uint64_t at = in_.offset();
  const size_t left = in_.remaining();
  const uint32_t n = in_.leb_u32();
  if (n > left) {
    in_.fail(ReadFault::count_too_large, at);
    return 0;
  }
  if (have + uint64_t{n} > limit) {
    in_.fault(too_many, at, have + uint64_t{n});
    return 0;
  }
  return n;
}

Result<wasm::Module> decode(Bytes bytes, std::shared_ptr<const void> owner,
                            const DecodeOptions& options) {
  wasm::Module module;
  module.owner = std::move(owner);
  module.bytes = bytes;
  module.features = options.features;
  Decoder decoder(module, options);
  if (!decoder.run()) return decoder.error();
  return module;
}

uint64_t offset_of(const wasm::Module& module, const wasm::Limits& limits, Item item,
                   uint32_t index) {
  wasm::Module again;
  again.bytes = module.bytes;
  again.features = module.features;
  DecodeOptions options;
  options.limits = limits;
  Decoder decoder(again, options);
  return decoder.find(item, index);
}

}  // namespace nacre::binary
