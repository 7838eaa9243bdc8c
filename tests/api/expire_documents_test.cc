// What TTL indexes delete, and what they leave.
#include "engine/api/expire_documents.h"
#include "engine/api/create_collection.h"
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

  void create(const Document& options) {
    write::Context context = engine_->context();
    const Status made = create_collection(*engine_, context, Namespace{"t", "c"}, options);
    ASSERT_TRUE(made.ok()) << made.to_string();
  }
  ExpiryPass expire(std::chrono::milliseconds time = kLong) {
    return expire_documents(*engine_, kNow, time, places_);
  }
  // How often plans used the collection's last index.
  std::int64_t uses() {
    return engine_->catalog().find(Namespace{"t", "c"})->index_entries().back().shared().uses;
  }

  std::unique_ptr<Engine> engine_;
  ExpiryPlaces places_;
};

TEST_F(Expiry, OldDatesGoAndEverythingElseStays) {
  index(document("expireAfterSeconds", 10));
  insert(document("_id", 1, "at", Date{kNow.milliseconds - 10'000}));
  insert(document("_id", 2, "at", Date{kNow.milliseconds - 9'999}));
  insert(document("_id", 3, "at", 5));
  insert(document("_id", 4));
  insert(document("_id", 5, "at",
                  array(Date{kNow.milliseconds + 10'000}, Date{kNow.milliseconds - 20'000})));
  const ExpiryPass pass = expire();
  EXPECT_EQ(pass.deleted, 2);
  EXPECT_FALSE(pass.more);
  EXPECT_EQ(left(), 3);
  EXPECT_EQ(left(document("_id", 1)), 0);
  EXPECT_EQ(left(document("_id", 5)), 0);
  EXPECT_EQ(expire().deleted, 0);
}

TEST_F(Expiry, APartialIndexExpiresItsOwn) {
  const Document options =
      document("expireAfterSeconds", 0, "partialFilterExpression", document("done", true));
  index(options);
  insert(document("_id", 1, "at", kNow, "done", true));
  insert(document("_id", 2, "at", kNow, "done", false));
  EXPECT_EQ(expire().deleted, 1);
  EXPECT_EQ(left(document("_id", 2)), 1);
}

TEST_F(Expiry, GoesOnWhereItsTimeWasUp) {
  index(document("expireAfterSeconds", 0));
  for (int id = 0; id < 1000; ++id) insert(document("_id", id, "at", kNow));
  std::int64_t deleted = 0;
  while (left() > 0) {
    const ExpiryPass pass = expire(std::chrono::milliseconds(5));
    deleted += pass.deleted;
    // A pass that came to nothing, as on a busy machine, does not ask for another at once.
    EXPECT_TRUE(pass.more || pass.deleted == 0 || left() == 0);
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
  ASSERT_TRUE(expire(kShort).more);
  EXPECT_EQ(places_.stopped_at, "t.c$at");
  EXPECT_EQ(left(document("until", kNow)), 1000);
  expire(kShort);
  EXPECT_EQ(places_.stopped_at, "t.c$until");
  EXPECT_LT(left(document("until", kNow)), 1000);
}

// Only an index with dates in their order can be one: MongoDB passes over the others too.
TEST_F(Expiry, OtherKindsOfIndexesAreSkipped) {
  for (const Document& key : {document("at", "hashed"), document("at", "text")}) {
    const auto made = collection().create_index(key, document("expireAfterSeconds", 0));
    ASSERT_TRUE(made.ok()) << made.status().to_string();
  }
  insert(document("_id", 1, "at", Date{kNow.milliseconds - 1'000'000}));
  const ExpiryPass pass = expire();
  EXPECT_EQ(pass.deleted, 0);
  EXPECT_EQ(pass.skipped, 2);
  EXPECT_EQ(left(), 1);
}

TEST_F(Expiry, AHiddenIndexExpiresByItsEntries) {
  index(document("expireAfterSeconds", 0, "hidden", true));
  for (int id = 0; id < 100; ++id) insert(document("_id", id, "at", Date{kNow.milliseconds + 1}));
  insert(document("_id", "due", "at", kNow));
  const std::int64_t before = uses();
  EXPECT_EQ(expire().deleted, 1);
  EXPECT_EQ(left(), 100);
  EXPECT_EQ(uses(), before + 1);
}

TEST_F(Expiry, CappedCollectionsExpireToo) {
  create(document("capped", true, "size", 100'000));
  index(document("expireAfterSeconds", 0));
  for (int id = 0; id < 5; ++id)
    insert(document("_id", id, "at", Date{kNow.milliseconds + id % 2}));
  EXPECT_EQ(expire().deleted, 3);
  insert(document("_id", 5));
  EXPECT_EQ(left(), 3);
}

// Such options came from earlier versions: the longest time there is deletes nothing.
TEST_F(Expiry, ATimeBeyondAllDatesIsNever) {
  create(document("clusteredIndex", document("key", document("_id", 1), "unique", true)));
  const Document options = document("clusteredIndex", document("key", document("_id", 1)),
                                    "expireAfterSeconds", std::int64_t{1} << 62);
  const auto altered = engine_->catalog().alter(
      Namespace{"t", "c"},
      [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
        Catalog::Alteration change{.definition = now->definition(), .command = document("x", 1)};
        change.definition.options = options;
        return std::optional(std::move(change));
      });
  ASSERT_TRUE(altered.ok()) << altered.status().to_string();
  insert(document("_id", Date{kNow.milliseconds - 100'000}));
  EXPECT_EQ(expire().deleted, 0);
}

class Measurements : public Expiry {
 protected:
  void SetUp() override {
    Expiry::SetUp();
    create(document("timeseries", document("timeField", "at"), "expireAfterSeconds", 10));
  }
  void measure(int count, std::int64_t age) {
    std::vector<Document> made;
    for (int i = 0; i < count; ++i) {
      made.push_back(document("at", Date{kNow.milliseconds - age}, "age", age));
    }
    const std::vector<DocumentView> views(made.begin(), made.end());
    ASSERT_EQ(collection().insert(views)->inserted, count);
  }
  static constexpr std::int64_t kOld = 20'000;
  static constexpr int kMany = static_cast<int>(kMeasurementsPerPass);
};

TEST_F(Measurements, OldOnesGoFromTheFront) {
  measure(100, kOld);
  measure(100, 0);
  EXPECT_EQ(expire().deleted, 100);
  EXPECT_EQ(left(), 100);
}

TEST_F(Measurements, WhatCameInLateIsFoundAtTheNextPass) {
  measure(3 * kMany, 0);
  EXPECT_EQ(expire().deleted, 0);
  measure(10, kOld);
  const ExpiryPass pass = expire();
  EXPECT_EQ(pass.deleted, 10);
  EXPECT_FALSE(pass.more);
}

// A pass looks at so many and goes on behind them: what lies in the middle has its turn.
TEST_F(Measurements, ARoundGoesOnWhereItWas) {
  measure(2 * kMany, 0);
  measure(10, kOld);
  measure(10, 0);
  std::vector<std::int64_t> deleted;
  for (int pass = 0; pass < 4; ++pass) deleted.push_back(expire().deleted);
  EXPECT_EQ(deleted, (std::vector<std::int64_t>{0, 0, 10, 0}));
}

TEST_F(Measurements, PlacesOfADroppedCollectionAreForgotten) {
  measure(1, 0);
  expire();
  EXPECT_EQ(places_.series.size(), 1U);
  ASSERT_TRUE(engine_->catalog().drop({"t", "c"}).ok());
  expire();
  EXPECT_TRUE(places_.series.empty());
}

}  // namespace
}  // namespace cairn::api
