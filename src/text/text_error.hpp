// SPDX-License-Identifier: Apache-2.0
//
// TextError: where in a source an error is, and how to show it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "nacre/result.hpp"

namespace nacre::text {

// An error in a text source. Lines and columns count from 1; columns count code points.
struct TextError {
  std::string message;  // the specification's wording first
  std::string file;     // may be empty
  size_t line = 1;
  size_t column = 1;
  std::string source_line;  // the line itself, at most 200 bytes around the error
  size_t caret = 0;         // where in source_line the caret goes, in code points
  size_t offset = 0;        // byte offset in the source

  // "file:line:column: error: message", the source line and a caret; three lines.
  std::string render() const;
  // An Error whose message is the wording followed by the place.
  Error to_error(ErrorKind kind) const;
};

// Line, column and excerpt of byte `offset` of `source`. `first_line` is the number of its
// first line. Linear in the offset: meant for the one error that is reported.
TextError locate(std::string_view source, size_t offset, std::string message,
                 std::string_view file = {}, size_t first_line = 1);

}  // namespace nacre::text
