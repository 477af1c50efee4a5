// SPDX-License-Identifier: Apache-2.0
//
// Between UTF-8 and the UTF-16 of Windows' calls.
#pragma once

#include <string>
#include <string_view>

namespace nacre::os {

std::wstring wide(std::string_view);
std::string narrow(std::wstring_view);

}  // namespace nacre::os
