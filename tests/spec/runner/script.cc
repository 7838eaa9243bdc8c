#include "tests/spec/runner/script.h"

#include <fstream>
#include <set>

namespace cairn::spec {
namespace {

struct Line {
  int number = 0;
  std::size_t indentation = 0;
  std::string text;  // without indentation
};

std::vector<Line> read_lines(std::istream& in) {
  std::vector<Line> lines;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    const std::size_t start = text.find_first_not_of(' ');
    if (start == std::string::npos || text[start] == '#') continue;
    lines.push_back({number, start, text.substr(start)});
  }
  return lines;
}

// "word rest of it" -> {"word", "rest of it"}
std::pair<std::string, std::string> split_word(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return {text, ""};
  const std::size_t rest = text.find_first_not_of(' ', space);
  return {text.substr(0, space), rest == std::string::npos ? "" : text.substr(rest)};
}

class Parser {
 public:
  Parser(std::string file, std::vector<Line> lines)
      : file_(std::move(file)), lines_(std::move(lines)) {}

  Result<Script> parse() {
    Script script;
    while (at_ < lines_.size()) {
      const Line line = lines_[at_++];
      const auto [word, rest] = split_word(line.text);
      if (line.indentation != 0) return wrong(line, "unexpected indentation");
      if (word == "mode") {
        if (rest == "standalone") {
          script.options.standalone = true;
        } else if (rest == "test-commands") {
          script.options.test_commands = true;
        } else if (rest == "plain-scans") {
          script.plain_scans = true;
        } else if (rest == "once") {
          script.once = true;
        } else {
          return wrong(line, "no such mode");
        }
        continue;
      }
      if (word == "case") {
        script.cases.push_back({.name = rest, .line = line.number});
        continue;
      }
      if (script.cases.empty()) return wrong(line, "expected a case");
      CAIRN_RETURN_IF_ERROR(read_step(line, word, rest, script.cases.back()));
    }
    CAIRN_RETURN_IF_ERROR(check(script));
    return script;
  }

 private:
  Status wrong(const Line& line, const std::string& why) const {
    return {ErrorCode::kBadValue, file_ + ":" + std::to_string(line.number) + ": " + why};
  }

  Status check(const Script& script) const {
    std::set<std::string> names;
    for (const Case& one : script.cases) {
      const Line line{.number = one.line};
      if (one.why.empty()) return wrong(line, "a case needs a why");
      if (!names.insert(one.name).second) return wrong(line, "two cases of that name");
      if (one.steps.empty()) return wrong(line, "a case without steps");
    }
    return {};
  }

  Status read_step(const Line& line, const std::string& word, const std::string& rest, Case& into) {
    if (word == "why") {
      into.why = rest;
      return {};
    }
    if (word == "given") return read_given(line, rest, into);
    if (word == "run") return read_run(line, rest, into);
    if (word == "reopen") {
      into.steps.push_back({line.number, Reopen{}});
      return {};
    }
    if (word == "batch") {
      into.steps.push_back({line.number, Batch{std::stoll(rest)}});
      return {};
    }
    if (into.steps.empty() || !std::holds_alternative<Run>(into.steps.back().what)) {
      return wrong(line, "unknown step, or an expectation without run: " + word);
    }
    return read_expectation(line, word, rest, std::get<Run>(into.steps.back().what));
  }

  Status read_given(const Line& line, const std::string& rest, Case& into) {
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos) return wrong(line, "given DATABASE.COLLECTION");
    Given given{.database = rest.substr(0, dot), .collection = rest.substr(dot + 1)};
    CAIRN_ASSIGN_OR_RETURN(given.documents, read_block());
    into.steps.push_back({line.number, std::move(given)});
    return {};
  }

  Status read_run(const Line& line, const std::string& rest, Case& into) {
    CAIRN_ASSIGN_OR_RETURN(std::vector<Document> block, read_block());
    if (block.size() != 1 || rest.empty()) return wrong(line, "run DATABASE and one command");
    into.steps.push_back({line.number, Run{.database = rest, .command = std::move(block.front())}});
    return {};
  }

  Status read_expectation(const Line& line, const std::string& word, const std::string& rest,
                          Run& run) {
    if (word == "docs") {
      ExpectDocuments expected{.unordered = rest == "unordered"};
      CAIRN_ASSIGN_OR_RETURN(expected.documents, read_block());
      run.expectations.emplace_back(std::move(expected));
      return {};
    }
    if (word == "reply" || word == "includes") {
      CAIRN_ASSIGN_OR_RETURN(std::vector<Document> block, read_block());
      if (block.size() != 1) return wrong(line, "one document is expected here");
      run.expectations.emplace_back(ExpectReply{
          .whole = word == "reply", .deep = rest == "deep", .document = std::move(block.front())});
      return {};
    }
    if (word == "plan") {
      CAIRN_ASSIGN_OR_RETURN(std::vector<Document> block, read_block());
      if (block.size() != 1) return wrong(line, "one document is expected here");
      run.expectations.emplace_back(ExpectPlan{.document = std::move(block.front())});
      return {};
    }
    if (word == "error") {
      const auto [code_name, text] = split_word(rest);
      run.expectations.emplace_back(ExpectError{.code_name = code_name, .text = text});
      return {};
    }
    if (word != "let") return wrong(line, "unknown expectation: " + word);
    const std::size_t equals = rest.find(" = ");
    if (equals == std::string::npos) return wrong(line, "let NAME = path");
    run.expectations.emplace_back(
        Keep{.name = rest.substr(0, equals), .path = rest.substr(equals + 3)});
    return {};
  }

  // The indented lines from here on, as documents.
  Result<std::vector<Document>> read_block() {
    std::vector<Document> documents;
    if (at_ == lines_.size() || lines_[at_].indentation == 0) return documents;
    const std::size_t base = lines_[at_].indentation;
    while (at_ < lines_.size() && lines_[at_].indentation > 0) {
      const Line first = lines_[at_++];
      std::string text = first.text;
      while (at_ < lines_.size() && lines_[at_].indentation > base) {
        text += "\n" + lines_[at_++].text;
      }
      Result<Document> document = from_json(text);
      if (!document.ok()) return wrong(first, document.status().to_string());
      documents.push_back(std::move(*document));
    }
    return documents;
  }

  std::string file_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Script> parse_script(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) return {ErrorCode::kBadValue, "cannot read " + path.string()};
  return Parser(path.filename().string(), read_lines(in)).parse();
}

}  // namespace cairn::spec
