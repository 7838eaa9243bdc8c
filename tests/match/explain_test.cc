// Why documents fail a filter, by the table explain.cases.json: each row has a filter, a document,
// and the details that a validator answers with; null where the document is valid.
#include "engine/match/explain/explain.h"

#include "engine/expr/scope.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cairn::match {
namespace {

std::string read_table() {
  const char* root = std::getenv("CAIRN_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/tests/match/explain.cases.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Explain, Table) {
  const auto table = from_json(read_table());
  ASSERT_TRUE(table.ok()) << table.status().to_string();
  const expr::Bindings bindings = expr::clock_bindings();
  const MatchOptions options{.bindings = &bindings};
  int rows = 0;
  for (const Element& row : (*table)["cases"].as_document()) {
    const DocumentView fields = row.value.as_document();
    const DocumentView filter = fields["filter"].as_document();
    const DocumentView document = fields["document"].as_document();
    const auto matcher = Matcher::parse(filter, options);
    ASSERT_TRUE(matcher.ok()) << to_json(filter) << matcher.status().to_string();
    const auto matched = matcher->matches(document);
    ASSERT_TRUE(matched.ok()) << to_json(filter);
    const ValueView details = fields["details"];
    EXPECT_EQ(*matched, !details.is_document()) << to_json(filter) << to_json(document);
    if (*matched || !details.is_document()) continue;
    EXPECT_EQ(to_json(explain_failure(filter, options, document), JsonMode::kCanonical),
              to_json(details, JsonMode::kCanonical))
        << to_json(filter);
    ++rows;
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace cairn::match
