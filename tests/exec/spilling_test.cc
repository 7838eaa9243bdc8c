// Stages that need more memory than they may have: with `allow_disk_use` they give the answer that
// they give on little data, without it they are refused by code.
#include "tests/spec/runner/temporary_directory.h"

#include <cairn/database.h>

#include <string>

#include <gtest/gtest.h>

namespace cairn {
namespace {

constexpr int kDocuments = 130;
constexpr std::size_t kLargeBytes = 1 << 20;  // 130 MB in all, beyond the 100 MB of a stage

class Spilling : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new spec::TemporaryDirectory;
    auto opened = Database::open(directory_->path() / "data");
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    database_ = opened->release();
    fill("small", 1);
    fill("large", kLargeBytes);
  }
  static void TearDownTestSuite() {
    delete database_;
    delete directory_;
  }

  static void fill(std::string_view name, std::size_t bytes) {
    Collection collection = database_->collection("spilling", name);
    for (int i = 0; i < kDocuments; ++i) {
      // Payloads differ, so that a set of them is no smaller.
      std::string payload(bytes, static_cast<char>('a' + i % 26));
      payload += std::to_string(i);
      const Document document = cairn::document("_id", i, "k", i * 37 % 13, "next", i + 1);
      DocumentBuilder builder;
      builder.append_all(document).append("p", std::string_view(payload));
      const auto inserted = collection.insert(builder.take());
      ASSERT_TRUE(inserted.ok() && inserted->errors.empty());
    }
  }

  struct Answer {
    Status status;
    std::string documents;  // as JSON, a line each
  };
  static Answer run(std::string_view name, std::string_view pipeline, bool allow_disk_use) {
    const auto stages = from_json("{\"p\": " + std::string(pipeline) + "}");
    EXPECT_TRUE(stages.ok()) << stages.status().to_string();
    const Collection collection = database_->collection("spilling", name);
    auto cursor =
        collection.aggregate((*stages)["p"].as_document(), {.allow_disk_use = allow_disk_use});
    Answer answer;
    while (cursor.ok()) {
      const auto document = cursor->next();
      if (!document.ok()) {
        answer.status = document.status();
        return answer;
      }
      if (!*document) return answer;
      answer.documents += to_json(**document) + "\n";
    }
    answer.status = cursor.status();
    return answer;
  }

  static void expect_same(std::string_view pipeline) {
    const Answer small = run("small", pipeline, true);
    ASSERT_TRUE(small.status.ok()) << small.status.to_string();
    EXPECT_NE(small.documents, "");
    const Answer large = run("large", pipeline, true);
    ASSERT_TRUE(large.status.ok()) << large.status.to_string();
    EXPECT_EQ(large.documents, small.documents);
    const Answer refused = run("large", pipeline, false);
    EXPECT_EQ(refused.status.code(), ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed)
        << refused.status.to_string();
  }

  static inline spec::TemporaryDirectory* directory_ = nullptr;
  static inline Database* database_ = nullptr;
};

TEST_F(Spilling, Sort) { expect_same(R"([{"$sort": {"k": -1, "_id": 1}}, {"$unset": "p"}])"); }

TEST_F(Spilling, SortOfAllButAFew) {
  expect_same(R"([{"$sort": {"k": 1, "_id": -1}}, {"$limit": 125}, {"$unset": "p"}])");
}

TEST_F(Spilling, GroupOfLists) {
  expect_same(R"([{"$group": {"_id": "$k", "n": {"$sum": "$_id"}, "all": {"$push": "$p"},
                              "first": {"$first": "$_id"}, "last": {"$last": "$_id"},
                              "ids": {"$push": "$_id"}, "least": {"$minN": {"n": 2, "input": "$_id"}},
                              "deviation": {"$stdDevPop": "$_id"}}},
                  {"$set": {"all": {"$size": "$all"}}}, {"$sort": {"_id": 1}}])");
}

TEST_F(Spilling, GroupOfManyGroups) {
  expect_same(R"([{"$group": {"_id": "$p", "i": {"$first": "$_id"}}},
                  {"$project": {"_id": "$i"}}, {"$sort": {"_id": 1}}])");
}

TEST_F(Spilling, GroupOfSets) {
  expect_same(R"([{"$group": {"_id": {"$mod": ["$k", 3]}, "all": {"$addToSet": "$p"}}},
                  {"$set": {"all": {"$size": "$all"}}}, {"$sort": {"_id": 1}}])");
}

TEST_F(Spilling, BucketAuto) {
  expect_same(R"([{"$bucketAuto": {"groupBy": "$k", "buckets": 4,
                   "output": {"n": {"$sum": 1}, "all": {"$push": "$p"}}}},
                  {"$set": {"all": {"$size": "$all"}}}])");
}

TEST_F(Spilling, WindowsOfOnePartition) {
  expect_same(R"([{"$setWindowFields": {"sortBy": {"_id": -1}, "output": {
                     "sum": {"$sum": "$_id", "window": {"documents": [-3, 2]}},
                     "all": {"$sum": "$_id"}, "rank": {"$rank": {}},
                     "shift": {"$shift": {"output": "$_id", "by": -60}}}}},
                  {"$unset": "p"}])");
}

TEST_F(Spilling, WindowsOfManyPartitions) {
  expect_same(R"([{"$setWindowFields": {"partitionBy": "$k", "sortBy": {"_id": -1}, "output": {
                     "n": {"$documentNumber": {}}, "last": {"$last": "$_id"}}}},
                  {"$unset": "p"}])");
}

TEST_F(Spilling, Facet) {
  expect_same(R"([{"$facet": {"n": [{"$count": "n"}],
                              "some": [{"$match": {"k": 3}}, {"$project": {"k": 1}}]}}])");
}

// One value may not be larger than a stage's memory, whether there is a disk or not.
TEST_F(Spilling, WhatNoDiskHelps) {
  for (const std::string_view pipeline :
       {R"([{"$group": {"_id": null, "all": {"$push": "$p"}}}])",
        R"([{"$group": {"_id": null, "all": {"$addToSet": "$p"}}}])"}) {
    EXPECT_EQ(run("large", pipeline, true).status.code(), ErrorCode::kExceededMemoryLimit);
  }
  const std::string_view reached =
      R"([{"$match": {"_id": 0}}, {"$graphLookup": {"from": "large", "startWith": 0,
           "connectFromField": "next", "connectToField": "_id", "as": "all"}}])";
  EXPECT_EQ(run("large", reached, true).status.code(), location(40099));
}

}  // namespace
}  // namespace cairn
