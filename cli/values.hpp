// SPDX-License-Identifier: Apache-2.0
//
// Values on the command line: typed parsing of --invoke's arguments, in the text format's spelling.
// to_string of nacre/value.hpp prints them.
#pragma once

#include <nacre/nacre.hpp>
#include <string>

namespace nacre::cli {

// "42", "-0x1p-3", "nan:0x200000"; v128 as sixteen bytes or lanes "i32x4:1,2,3,4"; references
// "null". Error: ErrorKind::invalid_argument saying what was expected.
Result<Value> parse_value(ValType type, const std::string& text);

}  // namespace nacre::cli
