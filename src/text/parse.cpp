// SPDX-License-Identifier: Apache-2.0
#include "text/parse.hpp"

#include <string>

#include "text/module_parser.hpp"

namespace nacre::text {
namespace {

// A module given as strings: `(module quote "...")` or `(module binary "...")`.
enum class StringModule : uint8_t { no, binary, quote };

// Reads such a module's strings into `bytes`; `no` when the source is anything else.
StringModule read_string_module(Cursor& c, std::string& bytes) {
  if (!c.at_list("module")) return StringModule::no;
  c.take();
  c.take();
  c.take_keyword("definition");
  if (c.at_id()) c.take();
  const bool binary = c.at_keyword("binary");
  if (!binary && !c.at_keyword("quote")) return StringModule::no;
  c.take();
  while (c.at(TokenKind::string)) decode_string(c.take().text, bytes);
  c.expect_close();
  if (!c.at(TokenKind::eof)) c.unexpected();
  return binary ? StringModule::binary : StringModule::quote;
}

Error report(const Cursor& c, std::string_view source, const ParseOptions& options,
             TextError* detail) {
  TextError e =
      locate(source, c.error_offset(), c.error_message(), options.filename, options.first_line);
  if (detail != nullptr) *detail = e;
  return e.to_error(c.error_kind());
}

std::vector<uint8_t> to_vector(const std::string& s) { return {s.begin(), s.end()}; }

Result<std::vector<uint8_t>> parse_fields(std::string_view source, const ParseOptions& options,
                                          TextError* detail) {
  ModuleParser parser(source, options);
  std::vector<uint8_t> binary = parser.parse();
  if (!parser.ok()) return report(parser, source, options, detail);
  return binary;
}

}  // namespace

std::vector<uint8_t> ModuleParser::parse() {
  scan_module_head();
  scan_fields();
  parse_types();
  if (ok()) {
    seek(0);
    parse_module_head();
    while (ok() && (at(TokenKind::lparen) || at(TokenKind::annotation))) parse_field();
    if (!bare_) expect_close();
    if (!at(TokenKind::eof)) unexpected();
  }
  // The end was not reached the first time, so an identifier bound beyond it is no mistake.
  if (failed_on_name() && scan_lexical_error_ != nullptr)
    replace_error(scan_lexical_error_, scan_lexical_offset_);
  if (!ok()) return {};
  return emit();
}

Result<std::vector<uint8_t>> wat_to_wasm(std::string_view source, const ParseOptions& options,
                                         TextError* detail) {
  if (source.size() > max_source_bytes)
    return make_error(ErrorKind::limit, "source larger than 1 GiB");
  Cursor probe(source, options.features);
  std::string bytes;
  switch (read_string_module(probe, bytes)) {
    case StringModule::no:
      return parse_fields(source, options, detail);
    case StringModule::binary:
      if (!probe.ok()) return report(probe, source, options, detail);
      return to_vector(bytes);
    case StringModule::quote:
      break;
  }
  if (!probe.ok()) return report(probe, source, options, detail);
  return parse_fields(bytes, options, detail);
}

}  // namespace nacre::text
