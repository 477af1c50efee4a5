// SPDX-License-Identifier: Apache-2.0
//
// The nacre command: one subcommand per file; a bare file means `run`.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "os/stdio.hpp"

namespace nacre::cli {

namespace {

// `nacre app.wasm ...` and `nacre --dir . app.wasm` mean `nacre run ...`.
std::vector<std::string> with_default_command(std::vector<std::string> args, const CLI::App& app) {
  if (args.empty()) return args;
  const std::string& first = args[0];
  if (first == "-h" || first == "--help" || first == "--version") return args;
  for (const CLI::App* sub : app.get_subcommands({}))
    if (first == sub->get_name()) return args;
  args.insert(args.begin(), "run");
  return args;
}

// CLI11's own, but for what follows the options: it knows no word for what a command leaves to a
// program.
class Help : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    if (app->get_parent() == nullptr)
      return "Usage: " + name + " [OPTIONS] FILE [ARGS...]\n       " + name + " COMMAND ...\n";
    std::string usage = CLI::Formatter::make_usage(app, std::move(name));
    if (app->get_prefix_command())
      usage.insert(usage.find_last_not_of('\n') + 1, " FILE [ARGS...]");
    return usage;
  }
};

std::string wrong_usage(const CLI::App* app, const CLI::Error& error) {
  std::string command = "nacre";
  for (const CLI::App* sub : app->get_subcommands()) command += " " + sub->get_name();
  return command + ": " + error.what() + "\nRun `" + command + " --help` for more information.\n";
}

// `nacre run OPTIONS -- FILE`: CLI11 would take what follows `--` away from the subcommand. A file
// whose name looks like an option is given a path that does not.
void drop_separator(std::vector<std::string>& args, const CLI::App& app) {
  if (args.empty() || args[0] != "run") return;
  const CLI::App* run = app.get_subcommand("run");
  for (size_t i = 1; i < args.size() && args[i].size() > 1 && args[i][0] == '-'; i++) {
    if (args[i] == "--") {
      args.erase(args.begin() + static_cast<ptrdiff_t>(i));
      if (i < args.size() && args[i].size() > 1 && args[i][0] == '-') args[i].insert(0, "./");
      return;
    }
    const CLI::Option* option = run->get_option_no_throw(args[i]);
    if (option != nullptr && option->get_items_expected_min() > 0) i++;  // its value follows
  }
}

// What all commands print reaches standard output here at the latest: lost output is a failure.
int with_output_written(int status) {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  const int error = errno;
  if (flushed && std::ferror(stdout) == 0) return status;
  std::fprintf(stderr, "nacre: standard output cannot be written%s%s\n", error != 0 ? ": " : "",
               error != 0 ? std::strerror(error) : "");
  return status == status_ok ? status_failed : status;
}

int run_command(int argc, char** argv) {
  os::make_standard_streams_binary();
  CLI::App app{"nacre runs WebAssembly programs. A bare file means `run`."};
  app.name("nacre");
  app.set_version_flag("--version", "nacre " NACRE_VERSION);
  app.formatter(std::make_shared<Help>());
  app.require_subcommand(1);
  app.failure_message(wrong_usage);
  Action action;
  add_run(app, action);
  add_compile(app, action);
  add_validate(app, action);
  add_inspect(app, action);
  add_wat2wasm(app, action);
  add_wasm2wat(app, action);
  add_wast(app, action);
  add_version(app, action);
  add_completion(app, action);
  add_man(app, action);

  std::vector<std::string> args = with_default_command(os::arguments(argc, argv), app);
  if (args.empty()) {
    std::fputs("nacre: a FILE or a command is missing\nRun `nacre --help` for more information.\n",
               stderr);
    return status_usage;
  }
  drop_separator(args, app);
  std::vector<std::string> reversed(args.rbegin(), args.rend());  // CLI11 pops from the back
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? status_ok : status_usage;
  }
  return action ? action() : status_usage;
}

}  // namespace

}  // namespace nacre::cli

int main(int argc, char** argv) {
  try {
    return nacre::cli::with_output_written(nacre::cli::run_command(argc, argv));
  } catch (const std::bad_alloc&) {
    std::fputs("nacre: out of memory\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "nacre: %s\n", e.what());
  }
  return nacre::cli::status_failed;
}
