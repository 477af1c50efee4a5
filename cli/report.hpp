// SPDX-License-Identifier: Apache-2.0
//
// How errors and traps look on standard error.
#pragma once

#include <nacre/nacre.hpp>
#include <string>

namespace nacre::cli {

// "nacre: FILE: message (at offset 0x1c)", or nothing when the message is empty (already shown).
void print_error(const std::string& file, const Error& error);

// Guest-controlled text must not drive the terminal: control characters are shown escaped.
std::string printable(const std::string& text);

// The report of a trap or an uncaught exception: what happened, then the frames, innermost first,
// with source lines where the module and the files at hand tell them.
void print_trap(const Error& error);

}  // namespace nacre::cli
