// What of MongoDB 8.2 is there: every name of names.txt, tried on an embedded database. Writes
// docs/COVERAGE.md (--write), or says where that page is not what it would write (--check).
#include "tests/spec/runner/target.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {
namespace {

struct Name {
  std::string name;
  std::string argument;  // JSON; empty: the family's own
};

// Names that are tried in the same way.
struct Family {
  std::string_view section;
  std::string_view title;
  std::string (*command)(const Name& name);  // JSON of the command that tries it
  // The error of a name that nobody knows.
  std::int32_t unknown_code;
  std::string_view unknown_text = {};
  // Such a name: if it is not answered so, the page would lie.
  std::string nobodys = "$nobodyKnowsThis";
  std::string_view nobodys_argument = {};
};

std::string argument_of(const Name& name, std::string_view otherwise) {
  return name.argument.empty() ? std::string(otherwise) : name.argument;
}

std::string pipeline(const std::string& stages) {
  return fmt::format(R"({{"aggregate": "c", "pipeline": [{}], "cursor": {{}}}})", stages);
}

// An argument that is a stage itself stands for the whole pipeline.
std::string try_stage(const Name& name) {
  if (name.argument.starts_with("{\"$")) return pipeline(name.argument);
  return pipeline(fmt::format(R"({{"{}": {}}})", name.name, argument_of(name, "null")));
}

std::string try_expression(const Name& name) {
  return pipeline(fmt::format(R"({{"$replaceWith": {{"r": {{"{}": {}}}}}}})", name.name,
                              argument_of(name, "null")));
}

std::string try_variable(const Name& name) {
  if (!name.argument.empty()) return pipeline(name.argument);
  return pipeline(fmt::format(R"({{"$project": {{"r": "{}"}}}})", name.name));
}

std::string try_accumulator(const Name& name) {
  return pipeline(fmt::format(R"({{"$group": {{"_id": null, "r": {{"{}": {}}}}}}})", name.name,
                              argument_of(name, "null")));
}

std::string try_window_function(const Name& name) {
  return pipeline(fmt::format(
      R"({{"$setWindowFields": {{"sortBy": {{"a": 1}}, "output": {{"r": {{"{}": {}}}}}}}}})",
      name.name, argument_of(name, "null")));
}

std::string try_filter(const Name& name) {
  const std::string filter = fmt::format(R"({{"a": {{"{}": 1}}}})", name.name);
  return fmt::format(R"({{"find": "c", "filter": {}}})", argument_of(name, filter));
}

std::string try_projection(const Name& name) {
  return fmt::format(R"({{"find": "c", "filter": {{"a": 1}}, "projection": {}}})", name.argument);
}

std::string try_update(const Name& name) {
  const std::string statement =
      fmt::format(R"({{"q": {{}}, "u": {{"{}": {{"z": 1}}}}}})", name.name);
  return fmt::format(R"({{"update": "c", "updates": [{}]}})", argument_of(name, statement));
}

std::string try_command(const Name& name) {
  return fmt::format(R"({{"{}": {}}})", name.name, argument_of(name, "1"));
}

const Family kFamilies[] = {
    {"stages", "Stages", try_stage, 40324},
    {"expressions", "Expressions", try_expression, 168},
    {"expressions of 8.3 and later", "Expressions of 8.3 and later", try_expression, 168},
    {"expressions on encrypted strings", "Expressions on encrypted strings", try_expression, 168},
    {"system variables", "System variables", try_variable, 17276, {}, "$$NOBODY"},
    {"accumulators", "Accumulators", try_accumulator, 15952},
    {"window functions", "Window functions", try_window_function, 9, "nrecognized"},
    {"query operators", "Query operators", try_filter, 2, "nknown"},
    {"projection operators",
     "Projection operators",
     try_projection,
     31325,
     {},
     "$nobodyKnowsThis",
     R"({"a": {"$nobodyKnowsThis": 1}})"},
    {"update operators", "Update operators", try_update, 9, "nknown modifier"},
    {"commands", "Commands", try_command, 59, {}, "nobodyKnowsThis"},
};

// Errors by which something known is refused, whatever it is given.
constexpr std::int32_t kRefusals[] = {
    20,       // IllegalOperation: not on such a deployment
    115,      // CommandNotSupported
    224,      // QueryFeatureNotAllowed
    238,      // NotImplemented
    31082,    // no search process
    31264,    // no JavaScript
    6108304,  // no JavaScript in filters
    6789101,  // only on a router
};

enum class State : std::uint8_t { kWorks, kRefused, kAbsent };

// The error in a reply, or that of its first write.
DocumentView error_in(DocumentView reply) {
  const ValueView writes = reply["writeErrors"];
  if (writes.is_array() && !writes.as_document().empty()) {
    return writes.as_document().begin()->value.as_document();
  }
  return reply;
}

Result<State> try_one(spec::Target& target, const Family& family, const Name& name) {
  CAIRN_ASSIGN_OR_RETURN(const Document command, from_json(family.command(name)));
  CAIRN_ASSIGN_OR_RETURN(const Document reply, target.run("coverage", command));
  const DocumentView error = error_in(reply);
  const ValueView code = error["code"];
  if (!code.is_number()) return State::kWorks;
  const auto number = static_cast<std::int32_t>(code.to_int64_clamped());
  const ValueView text = error["errmsg"];
  const bool told =
      text.is_string() && text.as_string().find(family.unknown_text) != std::string_view::npos;
  if (number == family.unknown_code && told) return State::kAbsent;
  return std::ranges::count(kRefusals, number) > 0 ? State::kRefused : State::kWorks;
}

using Sections = std::map<std::string, std::vector<Name>, std::less<>>;

Sections read_names(const std::string& path) {
  Sections sections;
  std::vector<Name>* section = nullptr;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      section = &sections[line.substr(1, line.size() - 2)];
      continue;
    }
    const std::size_t space = line.find(' ');
    section->push_back({line.substr(0, space),
                        space == std::string::npos ? std::string() : line.substr(space + 1)});
  }
  return sections;
}

struct Answers {
  std::vector<std::string> names[3];
};

Result<Answers> try_family(const Family& family, const std::vector<Name>& names) {
  CAIRN_ASSIGN_OR_RETURN(const std::unique_ptr<spec::Target> target, spec::open_embedded({}));
  CAIRN_ASSIGN_OR_RETURN(
      const Document insert,
      from_json(R"({"insert": "c", "documents": [{"_id": 1, "a": 1, "b": [1]}]})"));
  CAIRN_ASSIGN_OR_RETURN(const Document inserted, target->run("coverage", insert));
  const Name nobodys{.name = family.nobodys, .argument = std::string(family.nobodys_argument)};
  CAIRN_ASSIGN_OR_RETURN(const State unknown, try_one(*target, family, nobodys));
  if (unknown != State::kAbsent) {
    return Status(ErrorCode::kInternalError,
                  fmt::format("{} is not told as unknown among {}", nobodys.name, family.section));
  }
  Answers answers;
  for (const Name& name : names) {
    CAIRN_ASSIGN_OR_RETURN(const State state, try_one(*target, family, name));
    answers.names[static_cast<std::size_t>(state)].push_back("`" + name.name + "`");
  }
  return answers;
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kWidth = 120;
  std::string text;
  std::size_t column = 0;
  for (const std::string& name : names) {
    const bool wraps = column > 0 && column + 1 + name.size() > kWidth;
    if (column > 0) text += wraps ? '\n' : ' ';
    column = wraps ? name.size() : column + 1 + name.size();
    text += name;
  }
  return text;
}

Result<std::string> page(const std::string& names_path) {
  constexpr std::string_view kStates[] = {"Works", "Refused by name", "Absent"};
  const Sections sections = read_names(names_path);
  std::string summary;
  std::string details;
  for (const Family& family : kFamilies) {
    const auto section = sections.find(family.section);
    if (section == sections.end()) {
      return Status(ErrorCode::kBadValue, fmt::format("names.txt has no [{}]", family.section));
    }
    CAIRN_ASSIGN_OR_RETURN(const Answers answers, try_family(family, section->second));
    summary += fmt::format("| {} | {} | {} | {} |\n", family.title, answers.names[0].size(),
                           answers.names[1].size(), answers.names[2].size());
    details += fmt::format("\n## {}\n", family.title);
    for (std::size_t i = 0; i < std::size(kStates); ++i) {
      if (answers.names[i].empty()) continue;
      details += fmt::format("\n**{}** ({}):\n{}\n", kStates[i], answers.names[i].size(),
                             joined(answers.names[i]));
    }
  }
  return fmt::format(
      "# What of MongoDB 8.2 is there\n\nWritten by `./dev coverage`, which tries every name; do "
      "not edit. "
      "\"Works\": the name is in the table that answers for it.\n\"Refused by name\": known, and "
      "answered "
      "with an error that says so. \"Absent\": answered as a name that nobody knows.\n\n"
      "| family | works | refused | absent |\n| --- | --- | --- | --- |\n{}{}",
      summary, details);
}

int run(std::string_view mode) {
  const char* source = std::getenv("CAIRN_SOURCE_DIR");
  const std::string root = source == nullptr ? "." : source;
  const Result<std::string> made = page(root + "/tests/coverage/names.txt");
  if (!made.ok()) {
    std::cerr << made.status().to_string() << '\n';
    return 1;
  }
  const std::string path = root + "/docs/COVERAGE.md";
  if (mode == "--write") {
    std::ofstream(path) << *made;
    return 0;
  }
  std::ostringstream committed;
  committed << std::ifstream(path).rdbuf();
  if (committed.str() == *made) return 0;
  std::cerr << "docs/COVERAGE.md is not what the tables say: run ./dev coverage\n";
  return 1;
}

}  // namespace
}  // namespace cairn

int main(int count, char** arguments) {
  const std::string_view mode = count == 2 ? arguments[1] : "";
  if (mode == "--write" || mode == "--check") return cairn::run(mode);
  std::cerr << "usage: coverage --write | --check\n";
  return 2;
}
