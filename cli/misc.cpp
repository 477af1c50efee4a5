// SPDX-License-Identifier: Apache-2.0
//
// version and completion. Completions are made from the same option table that --help prints.
#include <cstdio>
#include <memory>

#include "command.hpp"
#include "nacre/nacre.hpp"

namespace nacre::cli {

namespace {

int run_version(bool brief) {
  if (brief) {
    std::puts(NACRE_VERSION);
    return status_ok;
  }
  Engine engine;
  std::printf("nacre %s\nengine: %s\nfeatures:", NACRE_VERSION, engine.name());
  for (unsigned i = 0; i < static_cast<unsigned>(Feature::count); i++)
    std::printf(" %s", Features::name(static_cast<Feature>(i)));
  std::putchar('\n');
  return status_ok;
}

std::string options_of(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* o : app.get_options()) {
    for (const std::string& n : o->get_lnames()) out += "--" + n + " ";
    for (const std::string& n : o->get_snames()) out += "-" + n + " ";
  }
  return out;
}

void print_bash(const CLI::App& app) {
  std::puts("_nacre() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words\n  case ${COMP_WORDS[1]} in");
  std::string names;
  for (const CLI::App* sub : app.get_subcommands({})) {
    names += sub->get_name() + " ";
    std::printf("    %s) words=\"%s\" ;;\n", sub->get_name().c_str(), options_of(*sub).c_str());
  }
  std::printf("    *) words=\"%s\" ;;\n  esac\n", names.c_str());
  std::printf("  [ \"$COMP_CWORD\" = 1 ] && words=\"%s\"\n", names.c_str());
  std::puts(
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\") $(compgen -f -- \"$cur\"))\n}\n"
      "complete -o filenames -F _nacre nacre");
}

void print_zsh(const CLI::App& app) {
  std::puts("#compdef nacre\nautoload -U +X bashcompinit && bashcompinit");
  print_bash(app);
}

// A string literal of fish.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

void print_fish(const CLI::App& app) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    std::printf("complete -c nacre -n __fish_use_subcommand -a %s -d %s\n", sub->get_name().c_str(),
                fish_quoted(sub->get_description()).c_str());
    for (const CLI::Option* o : sub->get_options())
      for (const std::string& n : o->get_lnames())
        std::printf("complete -c nacre -n '__fish_seen_subcommand_from %s' -l %s -d %s\n",
                    sub->get_name().c_str(), n.c_str(), fish_quoted(o->get_description()).c_str());
  }
}

}  // namespace

void add_version(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("version", "Print version, engine and features");
  auto brief = std::make_shared<bool>(false);
  sub->add_flag("--short", *brief, "The number alone");
  sub->callback([&action, brief] { action = [brief] { return run_version(*brief); }; });
}

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
