// A behaviour script as parsed; the format is in tests/spec/README.md.
#pragma once

#include <cairn/bson.h>
#include <cairn/command.h>
#include <cairn/status.h>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace cairn::spec {

struct Given {
  std::string database;
  std::string collection;
  std::vector<Document> documents;
};
struct ExpectDocuments {
  bool unordered = false;
  std::vector<Document> documents;
};
struct ExpectReply {
  bool whole = true;  // otherwise: these fields only
  bool deep = false;  // … and of the documents in them these fields only
  Document document;
};
struct ExpectError {
  std::string code_name;
  std::string text;
};
// The plan that `explain` tells for the command: these fields of it, and of the stages in it.
struct ExpectPlan {
  Document document;
};
struct Keep {
  std::string name;
  std::string path;
};
using Expectation = std::variant<ExpectDocuments, ExpectReply, ExpectError, ExpectPlan, Keep>;

struct Run {
  std::string database;
  Document command;
  std::vector<Expectation> expectations;
};
struct Reopen {};
struct Batch {
  std::int64_t documents = 0;
};
struct Step {
  int line = 0;
  std::variant<Given, Run, Reopen, Batch> what;
};

struct Case {
  std::string name;
  std::string why;
  int line = 0;
  std::vector<Step> steps;
};
struct Script {
  CommandRunnerOptions options;  // what the server is started with
  bool plain_scans = false;      // tells what an index more would change: orders of equals, keys
  bool once = false;             // so many steps that some variations leave it out
  std::vector<Case> cases;
};

// Error: BadValue with the file's line.
Result<Script> parse_script(const std::filesystem::path& path);

}  // namespace cairn::spec
