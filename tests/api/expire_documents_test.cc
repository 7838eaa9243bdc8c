// What TTL indexes delete, and what they leave.
#include "engine/api/expire_documents.h"
#include "tests/api/engine_in_memory.h"

#include <gtest/gtest.h>

#include <cairn/collection.h>
#include <cairn/database.h>

namespace cairn::api {
namespace {

constexpr Date kNow{1'700'000'000'000};
constexpr std::chrono::seconds kLong{60};

class Expiry : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return kNow.milliseconds; });
    ASSERT_NE(engine_, nullptr);
  }
  Collection collection() { return {engine_.get(), "t", "c"}; }
  void index(DocumentView options) {
    const auto made = collection().create_index(document("at", 1), options);
    ASSERT_TRUE(made.ok()) << made.status().to_string();
  }
  void insert(const Document& inserted) {
    const auto done = collection().insert(inserted);
    ASSERT_TRUE(done.ok() && done->errors.empty());
  }
  std::int64_t left(DocumentView filter = {}) {
    const auto counted = collection().count(filter);
    EXPECT_TRUE(counted.ok());
    return counted.ok() ? *counted : -1;
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(Expiry, OldDatesGoAndEverythingElseStays) {
  index(document("expireAfterSeconds", 10));
  insert(document("_id", 1, "at", Date{kNow.milliseconds - 10'000}));
  insert(document("_id", 2, "at", Date{kNow.milliseconds - 9'999}));
  insert(document("_id", 3, "at", 5));
  insert(document("_id", 4));
  insert(document("_id", 5, "at",
                  array(Date{kNow.milliseconds + 10'000}, Date{kNow.milliseconds - 20'000})));
  const ExpiryPass pass = expire_documents(*engine_, kNow, kLong);
  EXPECT_EQ(pass.deleted, 2);
  EXPECT_FALSE(pass.more);
  EXPECT_EQ(left(), 3);
  EXPECT_EQ(left(document("_id", 1)), 0);
  EXPECT_EQ(left(document("_id", 5)), 0);
  EXPECT_EQ(expire_documents(*engine_, kNow, kLong).deleted, 0);
}

TEST_F(Expiry, APartialIndexExpiresItsOwn) {
  const Document options =
      document("expireAfterSeconds", 0, "partialFilterExpression", document("done", true));
  index(options);
  insert(document("_id", 1, "at", kNow, "done", true));
  insert(document("_id", 2, "at", kNow, "done", false));
  EXPECT_EQ(expire_documents(*engine_, kNow, kLong).deleted, 1);
  EXPECT_EQ(left(document("_id", 2)), 1);
}

TEST_F(Expiry, GoesOnWhereItsTimeWasUp) {
  index(document("expireAfterSeconds", 0));
  for (int id = 0; id < 1000; ++id) insert(document("_id", id, "at", kNow));
  std::int64_t deleted = 0;
  for (bool more = true; more;) {
    const ExpiryPass pass = expire_documents(*engine_, kNow, std::chrono::milliseconds(5));
    deleted += pass.deleted;
    more = pass.more;
  }
  EXPECT_EQ(deleted, 1000);
  EXPECT_EQ(left(), 0);
}

// Two indexes of one collection, each with more due than a pass can delete.
TEST_F(Expiry, WhatComesBehindHasItsTurnFirst) {
  index(document("expireAfterSeconds", 0));
  const auto made =
      collection().create_index(document("until", 1), document("expireAfterSeconds", 0));
  ASSERT_TRUE(made.ok());
  for (int id = 0; id < 2000; ++id) {
    insert(document("_id", id, id % 2 == 0 ? "at" : "until", kNow));
  }
  constexpr std::chrono::milliseconds kShort{2};
  const ExpiryPass first = expire_documents(*engine_, kNow, kShort);
  ASSERT_TRUE(first.more);
  EXPECT_EQ(first.stopped_at, "t.c$at");
  EXPECT_EQ(left(document("until", kNow)), 1000);
  const ExpiryPass second = expire_documents(*engine_, kNow, kShort, first.stopped_at);
  EXPECT_EQ(second.stopped_at, "t.c$until");
  EXPECT_LT(left(document("until", kNow)), 1000);
}

}  // namespace
}  // namespace cairn::api
