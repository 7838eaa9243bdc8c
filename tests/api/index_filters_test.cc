// What index filters do to plans, through the public API alone.
#include "tests/api/engine_in_memory.h"

#include <gtest/gtest.h>

#include <cairn/collection.h>
#include <cairn/database.h>

#include <string>

namespace cairn::api {
namespace {

class IndexFiltersOfACollection : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return std::int64_t{1'700'000'000'000}; });
    ASSERT_NE(engine_, nullptr);
    for (const char* field : {"a", "b"}) {
      ASSERT_TRUE(collection().create_index(document(field, 1)).ok());
    }
    for (int id = 0; id < 10; ++id) {
      ASSERT_TRUE(collection().insert(document("_id", id, "a", id % 2, "b", id)).ok());
    }
  }
  Collection collection() { return {engine_.get(), "t", "c"}; }
  void allow(DocumentView query, DocumentView indexes) {
    const Status set = collection().set_index_filter({.query = query}, indexes);
    ASSERT_TRUE(set.ok()) << set.to_string();
  }
  // The index or the stage that a query is answered by.
  std::string found_by(DocumentView filter, const FindOptions& options = {}) {
    const auto told = collection().explain_find(filter, options, Verbosity::kQueryPlanner);
    if (!told.ok()) return told.status().to_string();
    const std::string text = to_json(told->view()["queryPlanner"].as_document()["winningPlan"]);
    for (const char* name : {"a_1", "b_1", "COLLSCAN", "EXPRESS_IXSCAN"}) {
      if (text.find(std::string("\"") + name + "\"") != text.npos) return name;
    }
    return text;
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(IndexFiltersOfACollection, DecideInsteadOfHints) {
  const Document query = document("a", 1, "b", 3);
  allow(document("a", 7, "b", 7), array("b_1").view().as_document());
  const Document hint = document("hint", "a_1", "natural", document("$natural", 1));
  EXPECT_EQ(found_by(query), "b_1");
  EXPECT_EQ(found_by(query, {.hint = hint["hint"]}), "b_1");
  EXPECT_EQ(found_by(query, {.hint = hint["natural"]}), "b_1");
  allow(query, array(document("a", 1.0)).view().as_document());
  EXPECT_EQ(found_by(query), "a_1");
  allow(query, array("not there").view().as_document());
  EXPECT_EQ(found_by(query), "COLLSCAN");
  ASSERT_EQ(collection().index_filters()->size(), 1U);
  ASSERT_TRUE(collection().clear_index_filters(QueryShape{.query = query}).ok());
  EXPECT_TRUE(collection().index_filters()->empty());
  EXPECT_EQ(found_by(query, {.hint = hint["hint"]}), "a_1");
}

TEST_F(IndexFiltersOfACollection, LeaveOtherShapesAndOneIdAlone) {
  allow(document("_id", 1), array("a_1").view().as_document());
  allow(document("_id", document("$gt", 1)), array("a_1").view().as_document());
  EXPECT_EQ(found_by(document("_id", 2)), "EXPRESS_IXSCAN");
  EXPECT_EQ(found_by(document("_id", document("$gt", 5))), "COLLSCAN");
  EXPECT_EQ(found_by(document("a", 1)), "a_1");
}

TEST_F(IndexFiltersOfACollection, OutliveDefinitionsOfTheCollection) {
  allow(document("a", 1), array("b_1").view().as_document());
  ASSERT_TRUE(collection().create_index(document("z", 1)).ok());
  EXPECT_EQ(found_by(document("a", 0)), "COLLSCAN");
}

TEST_F(IndexFiltersOfACollection, RefuseWhatIsNone) {
  const auto code = [&](DocumentView query, const Value& indexes) {
    return collection().set_index_filter({.query = query}, indexes.view().as_document()).code();
  };
  EXPECT_EQ(code({}, array(1)), ErrorCode::kBadValue);
  EXPECT_EQ(code({}, array(Document())), ErrorCode::kBadValue);
  EXPECT_EQ(code(document("a", document("$foo", 1)), array("a_1")), ErrorCode::kBadValue);
  EXPECT_EQ(code(document("$text", document("$search", "x")), array("a_1")),
            ErrorCode::kIndexNotFound);
  Collection missing(engine_.get(), "t", "missing");
  EXPECT_EQ(missing.set_index_filter({}, array("a_1").view().as_document()).code(),
            ErrorCode::kBadValue);
  EXPECT_TRUE(missing.clear_index_filters().ok());
}

}  // namespace
}  // namespace cairn::api
