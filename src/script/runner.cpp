// SPDX-License-Identifier: Apache-2.0
#include "script/runner.hpp"

#include "script/world.hpp"

namespace nacre::script {

const char* check_name(Check check) {
  static constexpr const char* names[] = {"assert_return",
                                          "assert_trap",
                                          "assert_exhaustion",
                                          "assert_exception",
                                          "assert_invalid",
                                          "assert_malformed",
                                          "assert_unlinkable",
                                          "assert_invalid_custom",
                                          "assert_malformed_custom",
                                          "module",
                                          "action"};
  static_assert(std::size(names) == static_cast<size_t>(Check::count));
  return names[static_cast<size_t>(check)];
}

Tally ScriptResult::assertions() const {
  Tally t;
  for (size_t i = 0; i < static_cast<size_t>(Check::count); ++i)
    if (is_assertion(static_cast<Check>(i))) t.add(by_check[i]);
  return t;
}

void ScriptResult::add(const ScriptResult& other) {
  for (size_t i = 0; i < static_cast<size_t>(Check::count); ++i) by_check[i].add(other.by_check[i]);
  text_mismatches += other.text_mismatches;
  later_level += other.later_level;
  failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

ScriptResult run_script(const Engine& engine, std::string_view source, std::string_view file,
                        const Options& options) {
  text::TextError where;
  Result<text::Script> script = text::parse_script(source, file, &where);
  if (!script) {
    ScriptResult r;
    ++r.by_check[static_cast<size_t>(Check::module)].failed;
    r.failures.push_back(
        {std::string(file), where.line, Check::module, "the script: " + script.error().message});
    return r;
  }
  World world(engine, file, options);
  world.run(script->commands);
  return world.take_result();
}

}  // namespace nacre::script
