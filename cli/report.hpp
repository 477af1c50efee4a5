// SPDX-License-Identifier: Apache-2.0
//
// How errors and traps look on standard error.
#pragma once

#include <nacre/nacre.hpp>
#include <string>

namespace nacre::cli {

// "nacre: FILE: message (at offset 0x1c)", or nothing when the message is empty (already shown).
void print_error(const std::string& file, const Error& error);

// The report of a trap or an uncaught exception: what happened, then the frames, innermost first,
// runs of the same frame or pair of frames folded.
void print_trap(const Error& error);
// The frames alone, as lines without a newline at the end of the last.
std::string format_backtrace(const std::vector<Frame>& frames);

}  // namespace nacre::cli
