#include "server/config/command_line.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <utility>

namespace cairn::server {
namespace {

constexpr const char* kDescription =
    "A document database that MongoDB's drivers, shell and tools talk to.";

std::string overview(std::span<const Subcommand* const> subcommands) {
  std::string text = "Examples:\n";
  for (const Subcommand* subcommand : subcommands) text += subcommand->examples;
  return text + "\ncairn SUBCOMMAND --help tells all of a subcommand's options.\n";
}

struct Given {
  std::vector<std::string> values;
  bool switched = false;
};

// One parsed subcommand; the parser writes into `given`.
struct Parsed {
  const Subcommand* subcommand;
  CLI::App* app;
  std::map<std::string, std::unique_ptr<Given>> given;
};

void add_option(const Option& option, Parsed& parsed) {
  auto given = std::make_unique<Given>();
  const std::string flag = option.positional ? option.name : "--" + std::string(option.name);
  if (option.value_name == nullptr) {
    parsed.app->add_flag(flag, given->switched, option.help);
  } else {
    CLI::Option* added = parsed.app->add_option(flag, given->values, option.help);
    added->type_name(option.value_name)->required(option.required);
    if (option.repeats) {
      added->delimiter(',');
    } else {
      added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }
  parsed.given[option.name] = std::move(given);
}

Arguments collect(const Parsed& parsed, std::vector<std::string> argv) {
  Arguments arguments;
  for (const auto& [name, given] : parsed.given) {
    if (given->switched) arguments.set(name, {"true"});
    if (!given->values.empty()) arguments.set(name, given->values);
  }
  arguments.set_argv(std::move(argv));
  return arguments;
}

int parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // 0 for --help and --version, which are "errors" to the parser.
    return app.exit(error) == 0 ? kExitDone : kExitCannotBegin;
  }
  return -1;
}

}  // namespace

std::string Arguments::one(std::string_view name, std::string_view otherwise) const {
  const auto found = given_.find(name);
  if (found == given_.end() || found->second.empty()) return std::string(otherwise);
  return found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? std::vector<std::string>() : found->second;
}

int run_command_line(std::span<const Subcommand* const> subcommands, const std::string& version,
                     int argc, const char* const* argv) {
  CLI::App app(kDescription, "cairn");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  app.footer(overview(subcommands));
  std::vector<Parsed> all;
  for (const Subcommand* subcommand : subcommands) {
    Parsed parsed{subcommand, app.add_subcommand(subcommand->name, subcommand->summary), {}};
    parsed.app->footer(std::string("Examples:\n") + subcommand->examples);
    for (const Option& option : subcommand->options) add_option(option, parsed);
    all.push_back(std::move(parsed));
  }
  if (const int code = parse(app, argc, argv); code >= 0) return code;
  for (const Parsed& parsed : all) {
    if (!parsed.app->parsed()) continue;
    return parsed.subcommand->run(collect(parsed, {argv, argv + argc}));
  }
  return kExitCannotBegin;
}

}  // namespace cairn::server
