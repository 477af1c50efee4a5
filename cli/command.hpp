// SPDX-License-Identifier: Apache-2.0
//
// What the subcommands share: each adds itself to the application and, when it was chosen, runs
// and gives the process's exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace nacre::cli {

// Exit statuses. A guest's own status is passed through.
inline constexpr int status_ok = 0;
inline constexpr int status_failed = 1;  // load, validation, link or file error
inline constexpr int status_usage = 2;
inline constexpr int status_trap = 134;  // as a shell reports an abort

// A chosen subcommand's work; returns the exit status.
using Action = std::function<int()>;

// Each adds a subcommand to `app`; when it is parsed, `action` is set.
void add_run(CLI::App& app, Action& action);
void add_compile(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_wat2wasm(CLI::App& app, Action& action);
void add_wasm2wat(CLI::App& app, Action& action);
void add_wast(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
// Not in --help: the build and packages use it.
void add_man(CLI::App& app, Action& action);

}  // namespace nacre::cli
