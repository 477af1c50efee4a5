// SPDX-License-Identifier: Apache-2.0
//
// completion: scripts that complete commands, options and their values, made from the option table.
// A word that is no command and the options before it belong to `run`, as on the command line.
#include <cstdio>
#include <memory>

#include "command.hpp"
#include "option_table.hpp"

namespace nacre::cli {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : between) + w;
  return out;
}

std::string option_names(const CLI::App& app) {
  std::string out;
  for (const OptionRow& row : options_of(app)) out += joined(row.names, " ") + " ";
  return out;
}

// All choices of what a command takes beside options.
std::string positional_choices(const CLI::App& app) {
  std::string out;
  for (const OptionRow& row : positionals_of(app)) out += joined(row.choices, " ") + " ";
  return out;
}

// Whether files are among what it takes beside options.
bool takes_files(const CLI::App& app) {
  if (takes_program(app)) return true;
  for (const OptionRow& row : positionals_of(app))
    if (row.choices.empty()) return true;
  return false;
}

// A literal in single quotes; zsh and fish differ in how a quote is written in it.
std::string quoted(const std::string& text, const char* quote) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += quote;
    else out += c;
  }
  return out + "'";
}

// --- bash

// `COMMAND:OPTION) words="..." ;;` for every option with a value; no words: a file, or a directory.
void print_bash_values(const CLI::App& sub) {
  for (const OptionRow& row : options_of(sub)) {
    if (row.value.empty()) continue;
    std::string patterns;
    for (const std::string& name : row.names)
      patterns += (patterns.empty() ? "" : " | ") + sub.get_name() + ":" + name;
    std::printf("    %s) %svalue=1 words=\"%s\"%s ;;\n", patterns.c_str(),
                row.optional_value ? "[ -n \"$equals\" ] && " : "",
                joined(row.choices, " ").c_str(), row.names_directory() ? " files=-d" : "");
  }
}

// Behind the program's file all words are the program's: files are offered for them.
void print_bash_program(const CLI::App& run) {
  std::string with_value;
  for (const OptionRow& row : options_of(run))
    if (!row.value.empty() && !row.optional_value)
      with_value += (with_value.empty() ? "" : " | ") + joined(row.names, " | ");
  std::printf(
      "  if [ $command = %s ]; then\n"
      "    local i=1\n"
      "    [ \"${COMP_WORDS[1]}\" = %s ] && i=2\n"
      "    while [ $i -lt $COMP_CWORD ]; do\n"
      "      case ${COMP_WORDS[i]} in\n"
      "        %s) [ \"${COMP_WORDS[i+1]}\" = = ] || i=$((i+1)) ;;\n",
      run.get_name().c_str(), run.get_name().c_str(), with_value.c_str());
  std::puts(
      "        =) i=$((i+1)) ;;\n"
      "        -*) ;;\n"
      "        *) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
      "      esac\n"
      "      i=$((i+1))\n"
      "    done\n"
      "  fi");
}

void print_bash(const CLI::App& app) {
  std::string names;
  for (const CLI::App* sub : commands_of(app)) names += sub->get_name() + " ";
  std::puts(
      "_nacre() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
      "command=${COMP_WORDS[1]}\n"
      "  local value= words= equals= files=-f\n"
      "  if [ \"$cur\" = = ]; then  # --option=VALUE comes as three words\n"
      "    cur= equals=1\n"
      "  elif [ \"$prev\" = = ]; then\n"
      "    prev=${COMP_WORDS[COMP_CWORD-2]} equals=1\n"
      "  fi");
  std::printf("  case \" %s\" in\n", names.c_str());
  std::puts(
      "    *\" $command \"*) ;;\n"
      "    *) command=run ;;\n"
      "  esac");
  print_bash_program(*app.get_subcommand("run"));
  std::puts("  case $command:$prev in");
  for (const CLI::App* sub : commands_of(app)) print_bash_values(*sub);
  std::puts(
      "  esac\n"
      "  if [ -z \"$value\" ]; then\n"
      "    case $command in");
  for (const CLI::App* sub : commands_of(app))
    std::printf("      %s) words=\"%s\"%s ;;\n", sub->get_name().c_str(),
                (option_names(*sub) + positional_choices(*sub)).c_str(),
                takes_files(*sub) ? "" : " files=");
  std::printf(
      "    esac\n"
      "    [ \"$COMP_CWORD\" = 1 ] && words=\"%s%s$words\"\n"
      "  fi\n",
      names.c_str(), option_names(app).c_str());
  std::puts(
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      "  if [ -n \"$files\" ] && { [ -z \"$value\" ] || [ -z \"$words\" ]; }; then\n"
      "    COMPREPLY+=($(compgen $files -- \"$cur\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _nacre nacre");
}

// --- zsh

// A description within `[...]` of a specification of _arguments.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// What completes a value: "MESSAGE:ACTION".
std::string zsh_action(const OptionRow& row, const std::string& message) {
  const std::string choices = joined(row.choices, " ");
  const char* const files = row.names_directory() ? "_files -/" : "_files";
  return zsh_text(message) + ":" + (choices.empty() ? files : "(" + choices + ")");
}

void print_zsh_option(const OptionRow& row) {
  const std::string all = joined(row.names, " ");
  for (const std::string& name : row.names) {
    const bool is_long = name.starts_with("--");
    std::string spec = row.repeatable ? "*" : row.names.size() > 1 ? "(" + all + ")" : "";
    spec += name;
    // After =, or as the next word; an optional value after = alone.
    if (row.optional_value) spec += "=-";
    else if (!row.value.empty()) spec += is_long ? "=" : "+";
    spec += "[" + zsh_text(row.description) + "]";
    if (!row.value.empty())
      spec += (row.optional_value ? "::" : ":") +
              zsh_action(row, row.choices.empty() ? row.value : "value");
    std::printf(" \\\n        %s", quoted(spec, "'\\''").c_str());
  }
}

// A command's options and what follows them; `more`: of the application, where the command is left
// out.
void print_zsh_command(const CLI::App& sub, const std::vector<OptionRow>& more) {
  std::printf(takes_program(sub) ? "      _arguments -s -A '-*'" : "      _arguments -s");
  for (const OptionRow& row : options_of(sub)) print_zsh_option(row);
  for (const OptionRow& row : more)
    if (row.names.back() != "--help") print_zsh_option(row);
  if (takes_program(sub)) {
    std::puts(" \\\n        '1:file:_files' '*:argument:_files'");
    return;
  }
  for (const OptionRow& row : positionals_of(sub))
    std::printf(
        " \\\n        %s",
        quoted((row.repeatable ? "*:" : "1:") + zsh_action(row, row.names[0]), "'\\''").c_str());
  std::puts("");
}

void print_zsh(const CLI::App& app) {
  std::puts("#compdef nacre\n_nacre() {\n  local -a commands\n  commands=(");
  for (const CLI::App* sub : commands_of(app))
    std::printf("    %s\n",
                quoted(sub->get_name() + ":" + zsh_text(sub->get_description()), "'\\''").c_str());
  std::puts(
      "  )\n"
      "  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
      "    _describe command commands\n"
      "    _files\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  if (( ${commands[(I)$command:*]} )); then\n"
      "    shift words\n"
      "    (( CURRENT-- ))\n"
      "  else\n"
      "    command=nacre\n"
      "  fi\n"
      "  case $command in");
  for (const CLI::App* sub : commands_of(app)) {
    std::printf("    %s)\n", sub->get_name().c_str());
    print_zsh_command(*sub, {});
    std::puts("      ;;");
  }
  std::puts("    nacre)");
  print_zsh_command(*app.get_subcommand("run"), options_of(app));
  std::puts("      ;;");
  std::puts("  esac\n}");
  std::puts(
      "if [[ $funcstack[1] = _nacre ]]; then\n  _nacre \"$@\"\nelse\n  compdef _nacre nacre\nfi");
}

// --- fish

void print_fish_option(const std::string& condition, const OptionRow& row) {
  std::string line = "complete -c nacre -n " + condition;
  for (const std::string& name : row.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!row.choices.empty() && !row.optional_value)
    line += " -x -a " + quoted(joined(row.choices, " "), "\\'");
  else if (!row.choices.empty()) line += " -a " + quoted(joined(row.choices, " "), "\\'");
  else if (row.names_directory()) line += " -x -a '(__fish_complete_directories)'";
  else if (!row.value.empty()) line += " -r";
  std::printf("%s -d %s\n", line.c_str(), quoted(row.description, "\\'").c_str());
}

void print_fish(const CLI::App& app) {
  for (const OptionRow& row : options_of(app)) print_fish_option("__fish_use_subcommand", row);
  for (const CLI::App* sub : commands_of(app)) {
    std::printf("complete -c nacre -n __fish_use_subcommand -a %s -d %s\n", sub->get_name().c_str(),
                quoted(sub->get_description(), "\\'").c_str());
    const std::string condition = "'__fish_seen_subcommand_from " + sub->get_name() + "'";
    for (const OptionRow& row : options_of(*sub)) {
      print_fish_option(condition, row);
      if (takes_program(*sub) && row.names.back() != "--help")
        print_fish_option("__fish_use_subcommand", row);
    }
    for (const OptionRow& row : positionals_of(*sub))
      if (!row.choices.empty())
        std::printf("complete -c nacre -n %s -f -a %s\n", condition.c_str(),
                    quoted(joined(row.choices, " "), "\\'").c_str());
  }
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("completion", "Print a shell's completion script");
  auto shell = std::make_shared<std::string>();
  sub->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  sub->callback([&app, &action, shell] {
    action = [&app, shell] {
      if (*shell == "bash") print_bash(app);
      else if (*shell == "zsh") print_zsh(app);
      else print_fish(app);
      return status_ok;
    };
  });
}

}  // namespace nacre::cli
