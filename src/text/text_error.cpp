// SPDX-License-Identifier: Apache-2.0
#include "text/text_error.hpp"

#include <algorithm>

namespace nacre::text {
namespace {

constexpr size_t max_excerpt = 200;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

size_t code_points(std::string_view s) {
  return static_cast<size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return !is_continuation(c); }));
}

struct Line {
  size_t begin;
  size_t number;
};

// A line ends with "\n", "\r" or "\r\n".
Line line_of(std::string_view source, size_t offset, size_t first_line) {
  Line line{0, first_line};
  for (size_t i = 0; i < offset; ++i) {
    const bool ends = source[i] == '\n' ||
                      (source[i] == '\r' && !(i + 1 < source.size() && source[i + 1] == '\n'));
    if (ends) line = {i + 1, line.number + 1};
  }
  return line;
}

// Control characters and ill-formed bytes would garble a terminal.
std::string printable(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return out;
}

}  // namespace

TextError locate(std::string_view source, size_t offset, std::string message, std::string_view file,
                 size_t first_line) {
  offset = std::min(offset, source.size());
  const Line line = line_of(source, offset, first_line);
  size_t end = std::min(source.find_first_of("\r\n", line.begin), source.size());
  size_t begin = line.begin;
  end = std::max(end, offset);
  if (offset - begin > max_excerpt / 2) {
    begin = offset - max_excerpt / 2;
    while (begin < offset && is_continuation(source[begin])) ++begin;
  }
  end = std::min(end, begin + max_excerpt);
  TextError e;
  e.message = std::move(message);
  e.file = file;
  e.line = line.number;
  e.column = code_points(source.substr(line.begin, offset - line.begin)) + 1;
  e.source_line = printable(source.substr(begin, end - begin));
  e.caret = code_points(source.substr(begin, offset - begin));
  e.offset = offset;
  return e;
}

std::string TextError::render() const {
  std::string out = file.empty() ? std::string("<text>") : file;
  out += ':' + std::to_string(line) + ':' + std::to_string(column) + ": error: " + message + "\n  ";
  out += source_line + "\n  " + std::string(caret, ' ') + '^';
  return out;
}

Error TextError::to_error(ErrorKind kind) const {
  std::string where = file.empty() ? std::string() : file + ':';
  where += std::to_string(line) + ':' + std::to_string(column);
  return make_error(kind, message + " (at " + where + ')', offset);
}

}  // namespace nacre::text
