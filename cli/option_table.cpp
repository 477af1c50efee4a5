// SPDX-License-Identifier: Apache-2.0
#include "option_table.hpp"

namespace nacre::cli {

namespace {

// CLI11 writes the type of a value and what checks allow as "TEXT:{auto,baseline}".
void read_type(std::string type, OptionRow& row) {
  const size_t open = type.find(":{");
  if (open == std::string::npos) {
    row.value = type;
    return;
  }
  std::string choice;
  for (size_t i = open + 2; i < type.size(); i++) {
    if (type[i] != ',' && type[i] != '}') {
      choice += type[i];
      continue;
    }
    row.choices.push_back(choice);
    row.value += (row.value.empty() ? "" : "|") + choice;
    choice.clear();
    if (type[i] == '}') break;
  }
}

OptionRow row_of(const CLI::Option& option) {
  OptionRow row;
  if (option.get_positional()) {
    row.names.push_back(option.get_name(true));
  } else {
    for (const std::string& name : option.get_snames()) row.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) row.names.push_back("--" + name);
  }
  read_type(option.get_type_name(), row);
  row.optional_value = option.get_items_expected_min() == 0 && !row.value.empty();
  row.repeatable = option.get_items_expected_max() > 1;
  row.required = option.get_required();
  row.description = option.get_description();
  return row;
}

std::vector<OptionRow> rows_of(const CLI::App& app, bool positional) {
  std::vector<OptionRow> rows;
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() == positional && !option->get_group().empty())
      rows.push_back(row_of(*option));
  return rows;
}

}  // namespace

std::vector<OptionRow> options_of(const CLI::App& app) { return rows_of(app, false); }
std::vector<OptionRow> positionals_of(const CLI::App& app) { return rows_of(app, true); }

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  std::vector<const CLI::App*> commands;
  for (const CLI::App* sub : app.get_subcommands({}))
    if (!sub->get_group().empty()) commands.push_back(sub);
  return commands;
}

bool takes_program(const CLI::App& app) { return app.get_prefix_command(); }

}  // namespace nacre::cli
