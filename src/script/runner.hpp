// SPDX-License-Identifier: Apache-2.0
//
// Runs .wast scripts on the public API and keeps score.
//
// Scoring is strict: an assertion passes only when things fail the way it says. malformed,
// invalid, unlinkable and trapping are different, so is one trap from another. The
// expected text must be a prefix of the message; a message that fails only in this is
// counted a second time under `text_mismatches`. What a level calls malformed or invalid because it
// came later may be `unsupported` instead; such passes are counted under `later_level`. A module or
// action that should simply work and does not is a failure too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/config.hpp"
#include "nacre/engine.hpp"

namespace nacre::script {

// What every module of a script goes through before it is compiled.
enum class RoundTrip : uint8_t {
  none,
  text,    // decode, print as text, parse
  encode,  // decode, encode
};

struct Options {
  Config config;
  RoundTrip round_trip = RoundTrip::none;
  bool listen = false;  // to every function of every module, and check that ends follow beginnings
  uint64_t fuel = ~uint64_t{0} >> 1;  // with config.fuel: each store's
  uint64_t timeout_ms = 0;            // with config.interruptible: for each command; 0 is none
};

enum class Check : uint8_t {
  assert_return,
  assert_trap,
  assert_exhaustion,
  assert_exception,
  assert_invalid,
  assert_malformed,
  assert_unlinkable,
  assert_invalid_custom,
  assert_malformed_custom,
  module,  // a module that must load or instantiate
  action,  // everything else: bare actions, register, threads
  count
};
const char* check_name(Check check);
constexpr bool is_assertion(Check check) { return check < Check::module; }

struct Tally {
  uint32_t passed = 0, failed = 0;
  uint32_t total() const { return passed + failed; }
  void add(const Tally& o) {
    passed += o.passed;
    failed += o.failed;
  }
};

struct Failure {
  std::string file;
  size_t line = 0;
  Check check = Check::action;
  std::string reason;
};

struct ScriptResult {
  Tally by_check[static_cast<size_t>(Check::count)];
  uint32_t text_mismatches = 0;   // failures in nothing but the message's text
  uint32_t later_level = 0;       // refused as of a feature that is off
  std::vector<Failure> failures;  // in the order of the script

  Tally assertions() const;
  bool ok() const { return failures.empty(); }
  void add(const ScriptResult& other);
};

// Runs one script in stores of its own. `file` is its name in failures. Failures of the engine
// under test never end the run.
ScriptResult run_script(const Engine& engine, std::string_view source, std::string_view file,
                        const Options& options);

}  // namespace nacre::script
