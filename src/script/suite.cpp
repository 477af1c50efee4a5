// SPDX-License-Identifier: Apache-2.0
#include "script/suite.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

namespace nacre::script {

namespace fs = std::filesystem;

const std::vector<Level>& levels() {
  const Features w2 = Features::wasm2(), w3 = Features::wasm3();
  const char* proposal = "a proposal that is not on the plan";
  // The mirror's thread tests come from a draft on top of 1.0: they want several tables refused, so
  // reference types are off there.
  const Features mirrored = w2.with(Feature::threads).without(Feature::ref_types);
  static const std::vector<Level> table = {
      {"core-1.0", "core-1.0", Features::wasm1(), true, nullptr},
      {"core-2.0", "core-2.0", w2, false, nullptr},
      {"core-3.0", "core-3.0", w3, false, nullptr},
      {"core-3.0-all", "core-3.0", Features::all(), false, nullptr},
      {"custom", "custom", w3, false, nullptr},
      {"legacy-exceptions", "legacy-exceptions", w3.with(Feature::legacy_exceptions), false,
       nullptr},
      {"threads", "proposals/threads", w2.with(Feature::threads), false, nullptr},
      {"threads-2.0", "proposals/threads-2.0", mirrored, false, nullptr},
      {"custom-page-sizes", "proposals/custom-page-sizes", w3.with(Feature::custom_page_sizes),
       false, nullptr},
      {"wide-arithmetic", "proposals/wide-arithmetic", w3.with(Feature::wide_arith), false,
       nullptr},
      {"custom-descriptors", "proposals/custom-descriptors", {}, false, proposal},
      {"compact-import-section", "proposals/compact-import-section", {}, false, proposal},
      {"stack-switching", "proposals/stack-switching", {}, false, proposal},
  };
  return table;
}

namespace {

bool read_file(const std::string& path, std::string& out) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  char chunk[65536];
  size_t n = 0;
  while ((n = std::fread(chunk, 1, sizeof chunk, file)) > 0) out.append(chunk, n);
  const bool ok = std::ferror(file) == 0;
  std::fclose(file);
  return ok;
}

// All .wast files below a folder, sorted.
std::vector<std::string> find_scripts(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code ec;
  for (fs::recursive_directory_iterator at(folder, ec), end; !ec && at != end; at.increment(ec))
    if (at->path().extension() == ".wast") out.push_back(at->path().generic_string());
  std::sort(out.begin(), out.end());
  return out;
}

ScriptResult run_file(const Engine& engine, const std::string& path, const Options& options) {
  std::string source;
  if (read_file(path, source)) return run_script(engine, source, path, options);
  ScriptResult r;
  ++r.by_check[static_cast<size_t>(Check::module)].failed;
  r.failures.push_back({path, 0, Check::module, "cannot be read"});
  return r;
}

void print_failures(const ScriptResult& r, unsigned& budget) {
  for (const Failure& f : r.failures) {
    if (budget == 0) return;
    --budget;
    std::printf("%s:%zu: %s: %s\n", f.file.c_str(), f.line, check_name(f.check), f.reason.c_str());
  }
}

bool is_wanted(const Level& level, const SuiteOptions& options) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), level.name) != options.only.end();
}

std::string cell(const std::string& text, size_t width, bool right = true) {
  const std::string pad(text.size() < width ? width - text.size() : 0, ' ');
  return right ? pad + text : text + pad;
}

std::string fraction(uint32_t part, uint32_t whole) {
  return std::to_string(part) + "/" + std::to_string(whole);
}

std::string kinds_line(const ScriptResult& total) {
  std::string line;
  for (size_t i = 0; i < static_cast<size_t>(Check::count); ++i) {
    const Tally& t = total.by_check[i];
    if (t.total() != 0)
      line += std::string("  ") + check_name(static_cast<Check>(i)) + " " +
              fraction(t.passed, t.total());
  }
  if (total.later_level != 0)
    line += "  (" + std::to_string(total.later_level) + " need a feature that is off)";
  return line;
}

std::string level_line(const LevelResult& r) {
  std::string line = cell(r.level->name, 24, false);
  if (r.level->out_of_scope) return line + "out of scope: " + r.level->out_of_scope + "\n";
  if (!r.was_run) return line + "skipped: no files in " + r.level->folder + "\n";
  const Tally a = r.total.assertions();
  line += cell(fraction(r.files_passed, r.files), 12) + cell(fraction(a.passed, a.total()), 16) +
          cell(std::to_string(r.total.text_mismatches), 8) + "\n";
  return line + "  " + kinds_line(r.total) + "\n";
}

}  // namespace

LevelResult run_files(const std::vector<std::string>& files, const Level& level,
                      const SuiteOptions& options) {
  Options script = options.script;
  script.config.features = level.features;
  script.config.segments_checked_first = level.segments_checked_first;
  const Engine engine(script.config);
  LevelResult result;
  result.level = &level;
  result.was_run = !files.empty();
  result.files = static_cast<uint32_t>(files.size());
  unsigned budget = options.verbose ? ~0u : options.max_failures;
  std::mutex mutex;  // result, budget, stdout
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      if (options.verbose) {
        const std::lock_guard lock(mutex);
        std::printf("[%s] %s\n", level.name, files[i].c_str());
        std::fflush(stdout);
      }
      const ScriptResult r = run_file(engine, files[i], script);
      const std::lock_guard lock(mutex);
      print_failures(r, budget);
      std::fflush(stdout);
      result.files_passed += r.ok() ? 1 : 0;
      result.total.add(r);
    }
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < options.jobs; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& t : helpers) t.join();
  return result;
}

std::vector<LevelResult> run_suite(const std::string& data_folder, const SuiteOptions& options) {
  std::vector<LevelResult> results;
  for (const Level& level : levels()) {
    if (!is_wanted(level, options)) continue;
    LevelResult r;
    r.level = &level;
    if (!level.out_of_scope)
      r = run_files(find_scripts(data_folder + "/" + level.folder), level, options);
    results.push_back(std::move(r));
  }
  return results;
}

std::string print_table(const std::vector<LevelResult>& results) {
  std::string out = cell("level", 24, false) + cell("files", 12) + cell("assertions", 16) +
                    cell("text", 8) + "\n";
  uint32_t passed = 0, failed = 0;
  for (const LevelResult& r : results) {
    out += level_line(r);
    for (const Tally& t : r.total.by_check) {
      passed += t.passed;
      failed += t.failed;
    }
  }
  return out + std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n";
}

bool all_passed(const std::vector<LevelResult>& results) {
  return std::all_of(results.begin(), results.end(),
                     [](const LevelResult& r) { return r.total.ok(); });
}

}  // namespace nacre::script
