// SPDX-License-Identifier: Apache-2.0
//
// The option table that --help prints, as the manual page and the completion scripts need it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nacre::cli {

struct OptionRow {
  std::vector<std::string> names;    // "-o", "--output"; a positional's name alone
  std::string value;                 // "FILE", "auto|baseline"; empty: it takes none
  std::vector<std::string> choices;  // the only values there are; empty: any
  bool optional_value = false;       // --name or --name=VALUE
  bool repeatable = false;
  bool required = false;
  // What a value without choices completes as.
  bool names_directory() const { return value == "DIR"; }
  std::string description;
};

// The options of a command, in the order of --help.
std::vector<OptionRow> options_of(const CLI::App& app);
// What it takes beside options.
std::vector<OptionRow> positionals_of(const CLI::App& app);
// The commands that --help shows.
std::vector<const CLI::App*> commands_of(const CLI::App& app);
// Whether the program's file and arguments follow the options.
bool takes_program(const CLI::App& app);

}  // namespace nacre::cli
