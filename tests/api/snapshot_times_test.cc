// Any time of the last minutes can be read (Database::read_snapshot). What clients see is in
// tests/spec/session/snapshot_times.spec.
#include "tests/api/snapshot_times.h"

#include <cairn/database.h>

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST_F(SnapshotTimes, ATimeThatAWriteWasToldCanBeRead) {
  const OpTime before = now();
  const OpTime inserted = insert(R"({"_id": 1, "n": 1, "x": {"y": 1}})");
  const OpTime updated = update(R"({"_id": 1})", R"({"$set": {"x.y": 2, "z": 3}})");
  const OpTime replaced = update(R"({"_id": 1})", R"({"n": 5})");
  ASSERT_TRUE(a_.remove(DeleteStatement{}).ok());
  const OpTime removed = now();
  insert(R"({"_id": 1, "n": 6})");
  expect_at(before, {});
  expect_at(inserted, {R"({"_id": 1, "n": 1, "x": {"y": 1}})"});
  expect_at(updated, {R"({"_id": 1, "n": 1, "x": {"y": 2}, "z": 3})"});
  expect_at(replaced, {R"({"_id": 1, "n": 5})"});
  expect_at(removed, {});
  expect_at(now(), {R"({"_id": 1, "n": 6})"});
}

TEST_F(SnapshotTimes, ACommitIsSeenWholeOrNot) {
  insert(R"({"_id": 0})");
  const OpTime before = now();
  const std::vector<Document> documents = {json(R"({"_id": 1})"), json(R"({"_id": 2})"),
                                           json(R"({"_id": 3})")};
  std::vector<DocumentView> views(documents.begin(), documents.end());
  const auto inserted = a_.insert(views);
  ASSERT_TRUE(inserted.ok());
  insert(R"({"_id": 4})");
  expect_at(OpTime{inserted->op_time.value - 1}, {R"({"_id": 0})"});
  expect_at(before, {R"({"_id": 0})"});
  expect_at(inserted->op_time,
            {R"({"_id": 0})", R"({"_id": 1})", R"({"_id": 2})", R"({"_id": 3})"});
}

// What is told of a time that is still to come is not changed by what comes later.
TEST_F(SnapshotTimes, ATimeAheadIsReached) {
  insert(R"({"_id": 1})");
  const OpTime ahead{now().value + 1000};
  expect_at(ahead, {R"({"_id": 1})"});
  EXPECT_GE(now(), ahead);
  const OpTime later = insert(R"({"_id": 2})");
  EXPECT_GT(later, ahead);
  expect_at(ahead, {R"({"_id": 1})"});
  expect_at(later, {R"({"_id": 1})", R"({"_id": 2})"});
  EXPECT_EQ(database_->read_snapshot(OpTime{UINT64_MAX}).status().code(),
            ErrorCode::kInvalidOptions);
  EXPECT_GT(insert(R"({"_id": 3})"), later);
}

TEST_F(SnapshotTimes, IndexesAreThoseOfThen) {
  ASSERT_TRUE(a_.create_index(document("m", 1)).ok());
  const OpTime inserted = insert(R"({"_id": 1, "n": 1, "m": 1})");
  ASSERT_TRUE(a_.create_index(document("n", 1)).ok());
  const OpTime indexed = update(R"({"_id": 1})", R"({"$inc": {"n": 1}})");
  update(R"({"_id": 1})", R"({"$inc": {"n": 1, "m": 1}})");
  ASSERT_TRUE(a_.drop_indexes(Value::string("m_1").view()).ok());
  const auto at = [&](OpTime time, const std::string& filter, const std::string& hint) {
    auto snapshot = database_->read_snapshot(time);
    const Document hinted = json(hint);
    FindOptions options;
    options.hint = hinted.empty() ? ValueView() : hinted.view().as_value();
    options.operation.transaction = &*snapshot;
    const auto found = a_.find_one(json(filter), options);
    if (!found.ok()) return found.status().code();
    return found->has_value() ? ErrorCode::kOK : ErrorCode::kNoSuchKey;
  };
  EXPECT_EQ(at(inserted, R"({"n": 1})", "{}"), ErrorCode::kOK);
  EXPECT_EQ(at(inserted, R"({"n": 1})", R"({"n": 1})"), ErrorCode::kBadValue);
  EXPECT_EQ(at(inserted, R"({"m": 1})", "{}"), ErrorCode::kOK);
  EXPECT_EQ(at(inserted, R"({"m": 1})", R"({"m": 1})"), ErrorCode::kBadValue);
  EXPECT_EQ(at(indexed, R"({"n": 2})", R"({"n": 1})"), ErrorCode::kOK);
  EXPECT_EQ(at(indexed, R"({"m": 1})", "{}"), ErrorCode::kOK);
}

// Which of several measurements with one `_id` it was that went is known, too.
TEST_F(SnapshotTimes, MeasurementsAreDeletedAndChangedAsTheyWere) {
  const Document options = json(R"({"timeseries": {"timeField": "t", "metaField": "m"}})");
  ASSERT_TRUE(database_->create_collection("t", "series", {.options = options}).ok());
  Collection series = database_->collection("t", "series");
  const auto measured = [&](int number, int meta) {
    return document("_id", 1, "t", Date{number}, "m", meta, "n", number);
  };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(series.insert(measured(i, i)).ok());
  const OpTime early = now();
  for (int i = 3; i < 6; ++i) ASSERT_TRUE(series.insert(measured(i, i)).ok());
  const OpTime inserted = now();
  const auto remove = [&](const std::string& filter) {
    const Document which = json(filter);
    EXPECT_TRUE(series.remove(DeleteStatement{.filter = which, .multi = true}).ok());
    return now();
  };
  const OpTime removed = remove(R"({"n": {"$in": [1, 4]}})");
  const Document renamed = json(R"({"$set": {"m": 9}})");
  const Document those = json(R"({"m": {"$gte": 3}})");
  ASSERT_TRUE(series
                  .update(UpdateStatement{
                      .filter = those, .update = renamed.view().as_value(), .multi = true})
                  .ok());
  const OpTime changed = now();
  remove("{}");
  const auto seen_at = [&](OpTime time, const std::string& filter) {
    auto snapshot = database_->read_snapshot(time);
    FindOptions in;
    in.operation.transaction = &*snapshot;
    const Document sort = json(R"({"n": 1})");
    in.sort = sort;
    auto cursor = series.find(json(filter), in);
    std::string seen;
    for (auto next = cursor->next(); next.ok() && *next; next = cursor->next()) {
      seen += std::to_string((**next)["n"].as_int32());
    }
    return seen;
  };
  EXPECT_EQ(seen_at(early, "{}"), "012");
  EXPECT_EQ(seen_at(inserted, "{}"), "012345");
  EXPECT_EQ(seen_at(removed, "{}"), "0235");
  EXPECT_EQ(seen_at(removed, R"({"m": {"$gte": 3}})"), "35");
  EXPECT_EQ(seen_at(changed, R"({"m": 9})"), "35");
  EXPECT_EQ(seen_at(changed, R"({"m": {"$lt": 9}})"), "02");
  EXPECT_EQ(seen_at(now(), "{}"), "");
}

TEST_F(SnapshotTimes, CollectionsAreThoseOfThen) {
  ASSERT_TRUE(b_.insert(json(R"({"_id": 1})")).ok());
  const OpTime before = now();
  const OpTime inserted = insert(R"({"_id": 1, "n": 1})");
  update("{}", R"({"$set": {"n": 2}})");
  ASSERT_TRUE(database_->rename_collection("t", "a", "t", "renamed").ok());
  const OpTime renamed = now();
  ASSERT_TRUE(database_->drop_collection("t", "renamed").ok());
  insert(R"({"_id": 1, "n": 3})");
  expect_at(before, {});
  expect_at(renamed, {});
  auto refused = database_->read_snapshot(inserted);
  ASSERT_TRUE(refused.ok());
  FindOptions options;
  options.operation.transaction = &*refused;
  EXPECT_EQ(a_.find_one({}, options).status().code(), ErrorCode::kSnapshotUnavailable);
}

// Though what the state was made of is older than the last write to the document.
TEST_F(SnapshotTimes, ATransactionWritesWhereNobodyHasSinceItsTime) {
  ASSERT_TRUE(b_.insert(json(R"({"_id": 1, "n": 1})")).ok());
  insert(R"({"_id": 1})");
  const auto watching = database_->begin_transaction();
  const Document all;
  const Document change = json(R"({"$inc": {"n": 1}})");
  const UpdateStatement update{.filter = all, .update = change.view().as_value()};
  const OpTime time = b_.update(update)->op_time;
  insert(R"({"_id": 2})");
  auto transaction = database_->begin_transaction({.at = time});
  WriteOptions in;
  in.operation.transaction = &*transaction;
  const auto updated = b_.update(update, in);
  ASSERT_TRUE(updated.ok()) << updated.status().to_string();
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ((**b_.find_one())["n"].as_int32(), 3);
}

// A document that was inserted between the state that is kept and the time is the store's own.
TEST_F(SnapshotTimes, ATransactionWritesToDocumentsThatCameJustBeforeItsTime) {
  ASSERT_TRUE(b_.insert(json(R"({"_id": 1, "n": 1})")).ok());
  ASSERT_TRUE(b_.create_index(document("n", 1)).ok());
  ASSERT_TRUE(database_->create_collection("t", "a").ok());
  const OpTime time = b_.insert(json(R"({"_id": 2, "n": 2})"))->op_time;
  insert(R"({"_id": 1})");
  auto transaction = database_->begin_transaction({.at = time});
  ASSERT_TRUE(transaction.ok()) << transaction.status().to_string();
  WriteOptions in;
  in.operation.transaction = &*transaction;
  const Document filter = json(R"({"_id": 2})");
  const Document change = json(R"({"$inc": {"n": 5}})");
  ASSERT_TRUE(
      b_.update(UpdateStatement{.filter = filter, .update = change.view().as_value()}, in).ok());
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ((**b_.find_one(filter))["n"].as_int32(), 7);
  EXPECT_EQ(state_of(b_, "{}", nullptr, R"({"$natural": 1})").size(), 2U);
  EXPECT_TRUE(b_.validate()->valid());
}

// What was made while the collection had another name lacks what happened to it.
TEST_F(SnapshotTimes, ACollectionThatWasRenamedAndBackIsReadAsItWasOrNotAtAll) {
  insert(R"({"_id": 1})");
  ASSERT_TRUE(b_.insert(json(R"({"_id": 1})")).ok());
  const OpTime time = insert(R"({"_id": 2})");
  ASSERT_TRUE(b_.insert(json(R"({"_id": 2})")).ok());
  ASSERT_TRUE(database_->rename_collection("t", "a", "t", "renamed").ok());
  auto made = database_->read_snapshot(time);
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  ASSERT_TRUE(database_->rename_collection("t", "renamed", "t", "a").ok());
  auto again = database_->read_snapshot(time);
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  FindOptions options;
  options.operation.transaction = &*again;
  const auto found = a_.find_one(json(R"({"_id": 2})"), options);
  if (found.ok()) {
    EXPECT_TRUE(found->has_value());
  } else {
    EXPECT_EQ(found.status().code(), ErrorCode::kSnapshotUnavailable);
  }
}

// What is dropped goes from the disk in time, under whoever reads.
TEST_F(SnapshotTimes, WhatIsDroppedWhileItIsReadIsMissed) {
  insert(R"({"_id": 1, "n": 1})");
  ASSERT_TRUE(a_.create_index(document("n", 1)).ok());
  auto snapshot = database_->read_snapshot();
  FindOptions options;
  options.operation.transaction = &*snapshot;
  const Document filter = document("n", 1);
  EXPECT_TRUE((*a_.find_one(filter, options)).has_value());
  ASSERT_TRUE(a_.drop_indexes(Value::string("n_1").view()).ok());
  EXPECT_TRUE((*a_.find_one(filter, options)).has_value());
  ASSERT_TRUE(database_->drop_collection("t", "a").ok());
  EXPECT_EQ(a_.find_one(filter, options).status().code(), ErrorCode::kSnapshotUnavailable);
}

TEST_F(SnapshotTimes, WithoutAWindowOnlyWhatWasToldIsKept) {
  database_->set_snapshot_window(std::chrono::seconds(0));
  const OpTime inserted = insert(R"({"_id": 1})");
  const OpTime told = database_->read_snapshot()->read_time();
  EXPECT_EQ(told, inserted);
  const OpTime second = insert(R"({"_id": 2})");
  insert(R"({"_id": 3})");
  expect_at(told, {R"({"_id": 1})"});
  EXPECT_EQ(database_->read_snapshot(second).status().code(), ErrorCode::kSnapshotTooOld);
}

TEST_F(SnapshotTimes, AStateThatTakesTooMuchMemoryIsRefusedOrRight) {
  database_ = open({.memory_bytes = 32ULL << 20});
  a_ = database_->collection("t", "a");
  ASSERT_TRUE(a_.insert(document("_id", -1)).ok());
  const std::string large(1 << 20, 'x');
  OpTime time;
  // Between two turns of who keeps states.
  for (int id = 0; id < 16; ++id) time = a_.insert(document("_id", id, "x", large))->op_time;
  ASSERT_TRUE(a_.insert(document("_id", 99)).ok());
  // Where a state was kept meanwhile, little had to be made.
  const auto read = database_->read_snapshot(time);
  if (read.ok()) {
    EXPECT_EQ(state_of(a_, "{}", &*read).size(), 17U);
  } else {
    EXPECT_EQ(read.status().code(), ErrorCode::kSnapshotTooOld);
  }
}

TEST_F(SnapshotTimes, ATransactionWritesOverTheStateOfItsTime) {
  insert(R"({"_id": 1, "n": 1})");
  ASSERT_TRUE(b_.insert(json(R"({"_id": 1, "n": 1})")).ok());
  const OpTime time = insert(R"({"_id": 2, "n": 2})");
  update(R"({"_id": 2})", R"({"$inc": {"n": 5}})");
  auto transaction = database_->begin_transaction({.at = time});
  ASSERT_TRUE(transaction.ok()) << transaction.status().to_string();
  WriteOptions in;
  in.operation.transaction = &*transaction;
  ASSERT_TRUE(b_.insert(json(R"({"_id": 2, "n": 2})"), in).ok());
  EXPECT_EQ(state_of(b_, "{}", &*transaction).size(), 2U);
  EXPECT_EQ(state_of(a_, R"({"n": 2})", &*transaction).size(), 1U);
  const auto refused = a_.insert(json(R"({"_id": 3})"), in);
  EXPECT_EQ((refused.ok() ? refused->errors.front().status : refused.status()).code(),
            ErrorCode::kWriteConflict);
  EXPECT_FALSE(transaction->open());
}

}  // namespace
}  // namespace cairn
