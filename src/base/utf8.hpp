// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 as the specification defines names: shortest forms only, no surrogates, nothing above
// U+10FFFF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nacre {

// Whether `s` is well-formed.
bool is_utf8(std::string_view s);

// Offset of the first byte of the first ill-formed sequence; s.size() when there is none.
size_t utf8_error(std::string_view s);

// Decodes the code point at s[pos] and advances pos past it. Precondition: well-formed there.
uint32_t utf8_next(std::string_view s, size_t& pos);

// Appends a code point (at most 0x10FFFF, not a surrogate).
void utf8_append(std::string& out, uint32_t code_point);

// Characters that reorder or hide text around them, or that some terminals obey: better shown
// escaped.
bool is_deceptive(uint32_t code_point);

}  // namespace nacre
