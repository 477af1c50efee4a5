// SPDX-License-Identifier: Apache-2.0
//
// The official test suite by specification level.
//
// Levels contradict one another (3.0 accepts what 1.0's tests call malformed), so each runs with
// exactly its own features; 3.0 runs a second time with everything on.
#pragma once

#include <string>
#include <vector>

#include "script/runner.hpp"

namespace nacre::script {

struct Level {
  const char* name;
  const char* folder;  // below the data folder
  Features features;
  bool segments_checked_first;
  const char* out_of_scope;  // why it is not run; null when it is
};
const std::vector<Level>& levels();

struct SuiteOptions {
  Options script;                 // config.features and segments_checked_first come from the level
  std::vector<std::string> only;  // level names; empty: all
  unsigned jobs = 1;              // files run at the same time
  bool verbose = false;           // each file's name before it runs, every failure after it
  unsigned max_failures = 20;     // printed per level when not verbose
};

struct LevelResult {
  const Level* level = nullptr;
  bool was_run = false;
  uint32_t files = 0, files_passed = 0;
  ScriptResult total;
};

// Runs the levels and prints failures as they come (stdout).
std::vector<LevelResult> run_suite(const std::string& data_folder, const SuiteOptions& options);
// Runs single files with one level's features.
LevelResult run_files(const std::vector<std::string>& files, const Level& level,
                      const SuiteOptions& options);
// The table: a line per level, then by kind, then "N passed, N failed".
std::string print_table(const std::vector<LevelResult>& results);
bool all_passed(const std::vector<LevelResult>& results);

}  // namespace nacre::script
