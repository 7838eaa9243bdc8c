// The check of a collection: what is whole passes, and each kind of damage is found.
#include "engine/api/collection_check.h"

#include "engine/api/engine.h"
#include "engine/records/record_key.h"
#include "engine/storage/counters.h"
#include "engine/storage/keys.h"
#include "tests/api/engine_in_memory.h"

#include <cairn/collection.h>

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace cairn::api {
namespace {

class CollectionCheck : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return Date::now().milliseconds; });
    ASSERT_NE(engine_, nullptr);
    for (const int id : {1, 2, 3}) {
      const auto inserted = Collection(engine_.get(), "t", "c").insert(document("_id", id));
      ASSERT_TRUE(inserted.ok()) << inserted.status().to_string();
    }
    collection_ = engine_->catalog().find("t.c");
    ASSERT_NE(collection_, nullptr);
  }

  ValidationReport check() {
    const Snapshot snapshot = engine_->storage().snapshot();
    auto report = check_collection(engine_->storage().at(snapshot), *collection_, nullptr);
    EXPECT_TRUE(report.ok()) << report.status().to_string();
    return report.ok() ? std::move(*report) : ValidationReport();
  }

  records::IdKey id_key(int id) const {
    records::IdKey key;
    key.assign(*collection_, Value::int32(id));
    return key;
  }

  void commit(const WriteUnit& unit) {
    const auto committed = engine_->storage().commits().commit(unit);
    ASSERT_TRUE(committed.ok()) << committed.status().to_string();
  }

  std::unique_ptr<Engine> engine_;
  CollectionRef collection_;
};

TEST_F(CollectionCheck, WhatIsWholePasses) {
  const ValidationReport report = check();
  EXPECT_TRUE(report.valid());
  EXPECT_EQ(report.documents, 3);
  ASSERT_EQ(report.indexes.size(), 1U);
  EXPECT_EQ(report.indexes[0].keys, 3);
  EXPECT_TRUE(report.warnings.empty());
}

TEST_F(CollectionCheck, FindsAMissingEntry) {
  WriteUnit unit;
  unit.remove(Family::kIdx, id_key(2).key());
  commit(unit);
  const ValidationReport report = check();
  EXPECT_FALSE(report.valid());
  EXPECT_FALSE(report.indexes[0].valid());
  ASSERT_EQ(report.missing_entries.size(), 1U);
  EXPECT_EQ(report.missing_entries[0]["idKey"].as_int32(), 2);
  EXPECT_EQ(report.missing_entries[0]["recordId"].as_int64(), 2);
  EXPECT_TRUE(report.extra_entries.empty());
}

TEST_F(CollectionCheck, FindsAnExtraEntry) {
  WriteUnit unit;
  std::string nowhere;
  append_u64(nowhere, 99);
  unit.put(Family::kIdx, id_key(4).key(), nowhere);
  commit(unit);
  const ValidationReport report = check();
  EXPECT_FALSE(report.valid());
  ASSERT_EQ(report.extra_entries.size(), 1U);
  EXPECT_EQ(report.extra_entries[0]["recordId"].as_int64(), 99);
  EXPECT_TRUE(report.missing_entries.empty());
}

TEST_F(CollectionCheck, FindsAnEntryThatLeadsToAnotherDocument) {
  WriteUnit unit;
  std::string other;
  append_u64(other, 3);
  unit.put(Family::kIdx, id_key(2).key(), other);
  commit(unit);
  const ValidationReport report = check();
  EXPECT_FALSE(report.valid());
  EXPECT_EQ(report.missing_entries.size(), 1U);
  EXPECT_EQ(report.extra_entries.size(), 1U);
}

TEST_F(CollectionCheck, FindsAnInvalidDocument) {
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(collection_->keyspace(), 1), "no BSON at all");
  commit(unit);
  const ValidationReport report = check();
  EXPECT_FALSE(report.valid());
  EXPECT_EQ(report.documents, 3);
  EXPECT_EQ(report.invalid_documents, 1);
  EXPECT_EQ(report.corrupt_records, std::vector<std::int64_t>{1});
}

TEST_F(CollectionCheck, FindsWrongCounters) {
  WriteUnit unit;
  unit.put(Family::kMeta, counters_key(collection_->keyspace()), encode_totals({.documents = 7}));
  commit(unit);
  const ValidationReport report = check();
  EXPECT_FALSE(report.valid());
  EXPECT_TRUE(report.indexes[0].valid());
}

TEST_F(CollectionCheck, StopsWhenInterrupted) {
  Interrupt interrupt;
  interrupt.interrupt(ErrorCode::kInterrupted);
  std::vector<Document> documents;
  std::vector<DocumentView> views;
  for (int id = 4; id < 3000; ++id) documents.push_back(document("_id", id));
  for (const Document& made : documents) views.push_back(made);
  ASSERT_TRUE(Collection(engine_.get(), "t", "c").insert(views).ok());
  const Snapshot snapshot = engine_->storage().snapshot();
  const auto report = check_collection(engine_->storage().at(snapshot), *collection_, &interrupt);
  EXPECT_EQ(report.status().code(), ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace cairn::api
