// `cairn SUBCOMMAND [options]`: subcommands are rows of a table, and so are their options; --help
// is written from them. A subcommand sees what was given as text, by name, and knows nothing of the
// parser.
//
// Exit codes of every subcommand: 0 it did what it was asked; 1 it ran, and found or met a problem;
// 2 it could not begin (bad arguments or settings, data that cannot be opened, an address in use).
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::server {

inline constexpr int kExitDone = 0;
inline constexpr int kExitProblem = 1;
inline constexpr int kExitCannotBegin = 2;

struct Option {
  const char* name;        // "port" for --port
  const char* value_name;  // "N"; nullptr: a switch
  const char* help;
  bool repeats = false;     // may be given several times, or with commas
  bool positional = false;  // given by place, not as --name
  bool required = false;
};

// What was given for a subcommand, and its place on the command line.
class Arguments {
 public:
  bool has(std::string_view name) const { return given_.find(name) != given_.end(); }
  // The last value given, or `otherwise`. A switch has the value "true".
  std::string one(std::string_view name, std::string_view otherwise = {}) const;
  std::vector<std::string> all(std::string_view name) const;
  const std::map<std::string, std::vector<std::string>, std::less<>>& given() const {
    return given_;
  }
  // The whole command line.
  const std::vector<std::string>& argv() const { return argv_; }

  void set(std::string name, std::vector<std::string> values) {
    given_[std::move(name)] = std::move(values);
  }
  void set_argv(std::vector<std::string> argv) { argv_ = std::move(argv); }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> given_;
  std::vector<std::string> argv_;
};

struct Subcommand {
  const char* name;
  const char* summary;   // one line
  const char* examples;  // at the end of its --help
  std::span<const Option> options;
  int (*run)(const Arguments& arguments);  // the exit code
};

// Parses, runs, and returns the exit code. Writes help to stdout and errors to stderr.
int run_command_line(std::span<const Subcommand* const> subcommands, const std::string& version,
                     int argc, const char* const* argv);

}  // namespace cairn::server
