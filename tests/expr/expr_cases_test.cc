// Every table of tests/spec/expr: what expressions give, value by value, type by type. See
// tests/expr/README.md.
#include "engine/expr/expression.h"
#include "engine/expr/surroundings.h"
#include "tests/spec/runner/compare.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace cairn::expr {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> tables() {
  const char* source = std::getenv("CAIRN_SOURCE_DIR");
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(source == nullptr ? "." : source) / "tests/spec/expr")) {
    if (entry.path().string().ends_with(".cases.json")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<Value> evaluate(DocumentView one) {
  const ValueView let = one["let"];
  const ValueView collation = one["collation"];
  CAIRN_ASSIGN_OR_RETURN(
      const Surroundings around,
      Surroundings::of(let.is_document() ? let.as_document() : DocumentView(),
                       collation.is_document() ? collation.as_document() : DocumentView(),
                       Timestamp{1, 1}));
  CAIRN_ASSIGN_OR_RETURN(const ExpressionPtr expression,
                         parse_expression(one["expr"], around.scope()));
  const ValueView document = one["doc"];
  Evaluation evaluation(document.missing() ? DocumentView() : document.as_document());
  CAIRN_ASSIGN_OR_RETURN(const ValueView value, expression->evaluate(evaluation));
  return Value(value);
}

std::string wrong_with(DocumentView one, const Result<Value>& got) {
  if (const ValueView error = one["error"]; !error.missing()) {
    if (got.ok()) return "no error but " + to_json(*got, JsonMode::kCanonical);
    const ValueView text = one["text"];
    const bool told =
        text.missing() || got.status().message().find(text.as_string()) != std::string_view::npos;
    if (got.status().code_name() == error.as_string() && told) return "";
    return got.status().to_string();
  }
  if (!got.ok()) return got.status().to_string();
  if (one["missing"].truthy()) {
    return got->missing() ? "" : "not missing but " + to_json(*got, JsonMode::kCanonical);
  }
  if (got->missing()) return "missing";
  if (one["result"].missing()) return "the case expects nothing";
  return spec::matches(one["result"], got->view()) ? "" : to_json(*got, JsonMode::kCanonical);
}

class Cases : public testing::TestWithParam<fs::path> {};

TEST_P(Cases, AllHold) {
  std::ostringstream text;
  text << std::ifstream(GetParam()).rdbuf();
  const Result<Document> table = from_json(text.str());
  ASSERT_TRUE(table.ok()) << table.status().to_string();
  ASSERT_TRUE((*table)["cases"].is_array());
  int played = 0;
  for (const Element& element : (*table)["cases"].as_document()) {
    const DocumentView one = element.value.as_document();
    EXPECT_TRUE(one["why"].is_string()) << to_json(one);
    const std::string wrong = wrong_with(one, evaluate(one));
    EXPECT_EQ(wrong, "") << to_json(one);
    ++played;
  }
  EXPECT_GT(played, 0);
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Operators, Cases, testing::ValuesIn(tables()), test_name);

}  // namespace
}  // namespace cairn::expr
