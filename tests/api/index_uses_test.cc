// How often indexes were used, as `$indexStats` tells it. No script: a restart begins anew.
#include <gtest/gtest.h>

#include <cairn/collection.h>
#include <cairn/database.h>

#include "engine/api/engine.h"
#include "tests/api/engine_in_memory.h"

#include <map>
#include <string>

namespace cairn::api {
namespace {

class IndexUses : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return std::int64_t{0}; });
    ASSERT_NE(engine_, nullptr);
    ASSERT_TRUE(collection().create_index(document("a", 1)).ok());
    ASSERT_TRUE(collection().create_index(document("b", 1)).ok());
    ASSERT_TRUE(collection().insert(document("_id", 1, "a", 1)).ok());
  }
  Collection collection() { return {engine_.get(), "t", "c"}; }

  std::map<std::string, std::int64_t> uses() {
    std::map<std::string, std::int64_t> all;
    const Document pipeline = document("all", array(document("$indexStats", Document())));
    auto rows = collection().aggregate(pipeline.view()["all"].as_document());
    EXPECT_TRUE(rows.ok()) << rows.status().to_string();
    while (rows.ok()) {
      const auto row = rows->next();
      if (!row.ok() || !*row) break;
      all.emplace((**row)["name"].as_string(),
                  (**row)["accesses"].as_document()["ops"].to_int64_clamped());
    }
    return all;
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(IndexUses, AreCountedByOperation) {
  using Uses = std::map<std::string, std::int64_t>;
  EXPECT_EQ(uses(), (Uses{{"_id_", 0}, {"a_1", 0}, {"b_1", 0}}));
  ASSERT_TRUE(collection().count(document("a", 1)).ok());
  EXPECT_EQ(uses(), (Uses{{"_id_", 0}, {"a_1", 1}, {"b_1", 0}}));
  ASSERT_TRUE(collection().find_one(document("_id", 1)).ok());
  EXPECT_EQ(uses(), (Uses{{"_id_", 1}, {"a_1", 1}, {"b_1", 0}}));
  ASSERT_TRUE(collection().find_one(document("_id", document("$gt", 0))).ok());
  EXPECT_EQ(uses(), (Uses{{"_id_", 2}, {"a_1", 1}, {"b_1", 0}}));
}

}  // namespace
}  // namespace cairn::api
