// SPDX-License-Identifier: Apache-2.0
//
// Names that others chose, in messages: what a module calls its imports, exports and functions may
// hold anything, a message is one line of harmless text.
#pragma once

#include <string>
#include <string_view>

namespace nacre {

// The name in double quotes, at most 200 bytes of it followed by "...". Quotes, backslashes,
// control characters, characters that reorder or hide what is around them and bytes that are not
// UTF-8 are escaped as the text format escapes them: \" \\ \0a.
std::string quoted_name(std::string_view name);

}  // namespace nacre
