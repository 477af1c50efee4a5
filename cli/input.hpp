// SPDX-License-Identifier: Apache-2.0
//
// Reading what the user names: a file or "-", binary or text.
#pragma once

#include <cstdint>
#include <nacre/nacre.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::cli {

// The whole file, or standard input for "-". Errors: ErrorKind::io.
Result<std::vector<uint8_t>> read_input(const std::string& path);
// Writes to the file, or to standard output for "-".
Result<void> write_output(const std::string& path, std::span<const uint8_t> bytes);

// Whether the bytes begin like a WebAssembly binary (module or component).
bool is_binary(std::span<const uint8_t> bytes);

// The module's binary: the file as it is, or text turned into binary. An error in text is
// printed with its source line and a caret; the returned message is then empty.
Result<std::vector<uint8_t>> load_binary(const std::string& path, Features features);

// Compiles a file for `engine`: binaries are mapped rather than read where that is possible.
Result<Module> load_module(const Engine& engine, const std::string& path,
                           const CompileOptions& options = {});

// This process's environment: "NAME=value" strings.
std::vector<std::string> process_environment();

}  // namespace nacre::cli
