// SPDX-License-Identifier: Apache-2.0
//
// man: the manual page nacre(1). Commands and options come from the option table that --help
// prints, so the page cannot forget one; the sections around them are text here.
#include <cstdio>
#include <string_view>

#include "command.hpp"
#include "option_table.hpp"

namespace nacre::cli {

namespace {

// Text as troff prints it; `like this` is bold.
std::string roff(std::string_view text) {
  std::string out;
  bool bold = false;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (c == '`') {
      bold = !bold;
      out += bold ? "\\fB" : "\\fR";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '"') {
      out += "\\(dq";
    } else if (c == '.' && (i == 0 || text[i - 1] == '\n')) {
      out += "\\&.";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

void paragraph(std::string_view text) { std::printf("%s\n", roff(text).c_str()); }

// An entry with a tag: options, exit statuses, files.
void entry(const std::string& tag, std::string_view text) {
  std::printf(".TP\n%s\n%s\n", tag.c_str(), roff(text).c_str());
}

// "auto|baseline": choices are typed as they are, other values stand for something.
std::string value_of(const OptionRow& row) {
  if (row.choices.empty()) return italic(row.value);
  std::string out;
  for (const std::string& choice : row.choices) out += (out.empty() ? "" : "|") + bold(choice);
  return out;
}

std::string tag_of(const OptionRow& row) {
  std::string out;
  for (const std::string& name : row.names) out += (out.empty() ? "" : ", ") + bold(name);
  if (row.optional_value) return out + "[=" + value_of(row) + "]";
  return row.value.empty() ? out : out + " " + value_of(row);
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// The words after a command's options.
std::string operands_of(const CLI::App& sub) {
  if (takes_program(sub)) return " " + italic("FILE") + " [" + italic("ARG") + " ...]";
  std::string out;
  for (const OptionRow& row : positionals_of(sub)) {
    const std::string name = row.choices.empty() ? italic(upper(row.names[0])) : value_of(row);
    const std::string word = row.repeatable ? name + " ..." : name;
    out += row.required ? " " + word : " [" + word + "]";
  }
  return out;
}

void print_synopsis(const CLI::App& app) {
  std::puts(".SH SYNOPSIS");
  const CLI::App& run = *app.get_subcommand("run");
  std::printf("%s [%s]%s\n.br\n", bold("nacre").c_str(), italic("OPTIONS").c_str(),
              operands_of(run).c_str());
  std::printf("%s %s [%s] [%s ...]\n", bold("nacre").c_str(), italic("COMMAND").c_str(),
              italic("OPTIONS").c_str(), italic("OPERAND").c_str());
}

void print_command(const CLI::App& sub) {
  const std::string& name = sub.get_name();
  std::printf(".SS %s [%s]%s\n", bold("nacre " + name).c_str(), italic("OPTIONS").c_str(),
              operands_of(sub).c_str());
  paragraph(sub.get_description() + ".");
  if (!sub.get_footer().empty() && !takes_program(sub)) paragraph(sub.get_footer());
  if (takes_program(sub))
    paragraph("Everything after FILE belongs to the program, also what looks like an option.");
  for (const OptionRow& row : positionals_of(sub))
    entry(row.choices.empty() ? italic(upper(row.names[0])) : value_of(row), row.description);
  for (const OptionRow& row : options_of(sub)) entry(tag_of(row), row.description);
}

void print_description() {
  std::puts(".SH DESCRIPTION");
  paragraph(
      "`nacre` runs WebAssembly programs, and looks at WebAssembly modules. A bare file means "
      "`run`: "
      "a program for WASI preview 1 runs with the standard streams of the shell, its arguments, "
      "the "
      "system's clocks and random numbers, and nothing else, neither files nor variables of the "
      "environment, unless options give them.");
  std::puts(".PP");
  paragraph(
      "Where a command takes a module, that is a file in the binary format (.wasm) or in the text "
      "format (.wat); commands that say so read standard input for `-`.");
}

void print_exit_status() {
  std::puts(".SH EXIT STATUS");
  entry(bold("0"), "Success.");
  entry(bold("1"),
        "A file could not be read, is not valid or cannot be linked; a check or test failed.");
  entry(bold("2"), "The command line is wrong.");
  entry(bold("134"),
        "The program trapped: what happened and where is on standard error. A program that was "
        "stopped by `--fuel`, `--timeout` or a limit trapped, too, even if that was while it was "
        "compiled.");
  entry(italic("other"), "What the program itself ended with.");
}

void print_surroundings() {
  std::puts(".SH ENVIRONMENT");
  paragraph(
      "`nacre` has no variables of its own. Programs see those that `--env` and "
      "`--inherit-env` give them.");
  entry(bold("PATH"),
        "Where `nacre compile --emit asm` finds `objdump` or `llvm-objdump`, one of "
        "which it needs to show instructions.");
  std::puts(".SH FILES");
  entry("\\fI/tmp/perf\\-PID.map\\fR",
        "Written by `--profile perf`, for `perf record` and `perf report`.");
  entry("\\fIjit\\-PID.dump\\fR",
        "Written by `--profile jitdump` in the current folder, for `perf inject --jit`.");
}

void example(std::string_view command, std::string_view text) {
  std::printf(".TP\n%s\n%s\n", bold(command).c_str(), roff(text).c_str());
}

void print_examples() {
  std::puts(".SH EXAMPLES");
  example("nacre app.wasm --verbose", "Runs a program with an argument.");
  example("nacre --dir data::/::ro app.wasm",
          "Gives it the folder `data` as its root, to read only.");
  example("nacre --invoke add add.wat 40 2", "Calls an exported function and prints its result.");
  example("nacre --timeout 1000 --max-memory 64M untrusted.wasm", "Bounds what it may use.");
  example("nacre validate --level 2.0 *.wasm", "Checks modules by the rules of WebAssembly 2.0.");
  example("nacre wasm2wat app.wasm | less", "Reads a module.");
  example("nacre compile --emit asm --func main app.wasm", "Shows the machine code of a function.");
}

int print_page(const CLI::App& app) {
  std::printf(".TH NACRE 1 \"\" \"nacre %s\" \"User Commands\"\n", NACRE_VERSION);
  std::puts(".SH NAME\nnacre \\- run WebAssembly programs");
  print_synopsis(app);
  print_description();
  std::puts(".SH OPTIONS");
  for (const OptionRow& row : options_of(app)) entry(tag_of(row), row.description);
  std::puts(".SH COMMANDS");
  for (const CLI::App* sub : commands_of(app)) print_command(*sub);
  print_exit_status();
  print_surroundings();
  print_examples();
  std::puts(".SH SEE ALSO\n.BR perf (1),\n.BR objdump (1)");
  return status_ok;
}

}  // namespace

void add_man(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("man", "Print the manual page, nacre(1)")->group("");
  sub->callback([&app, &action] { action = [&app] { return print_page(app); }; });
}

}  // namespace nacre::cli
