// Transactions by the public API: what commands cannot show. Their behaviour for clients is in
// tests/spec/session.
#include <cairn/database.h>
#include <cairn/session.h>

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

std::unique_ptr<Database> open(const std::string& path = "", OpenOptions options = {}) {
  options.in_memory = path.empty();
  auto database = Database::open(path, options);
  EXPECT_TRUE(database.ok()) << database.status().to_string();
  return database.ok() ? std::move(*database) : nullptr;
}

WriteOptions in(const Transaction& transaction) {
  WriteOptions options;
  options.operation.transaction = &transaction;
  return options;
}

FindOptions seen_in(const Transaction& transaction) {
  FindOptions options;
  options.operation.transaction = &transaction;
  return options;
}

Document by_id(int id) { return document("_id", id); }
Document increment(int by) { return document("$inc", document("n", by)); }

// The first error of a write, of the command or of a statement.
template <typename WriteResult>
Status status_of(const Result<WriteResult>& result) {
  if (!result.ok()) return result.status();
  return result->errors.empty() ? Status() : result->errors.front().status;
}

Status add(Collection& collection, int id, int by, const Transaction& transaction) {
  const Document filter = by_id(id);
  const Document change = increment(by);
  return status_of(collection.update(
      UpdateStatement{.filter = filter, .update = change.view().as_value(), .upsert = true},
      in(transaction)));
}

std::int64_t count_of(const Collection& collection) { return *collection.count(); }

class TransactionTest : public testing::Test {
 protected:
  std::unique_ptr<Database> database_ = open();
  Collection a_ = database_->collection("t", "a");
  Collection b_ = database_->collection("u", "b");
};

TEST_F(TransactionTest, SpansDatabasesAndIsSeenAtOnce) {
  auto transaction = database_->begin_transaction();
  ASSERT_TRUE(transaction.ok());
  ASSERT_TRUE(a_.insert(by_id(1), in(*transaction)).ok());
  ASSERT_TRUE(b_.insert(by_id(2), in(*transaction)).ok());
  EXPECT_EQ(count_of(a_) + count_of(b_), 0);
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(count_of(a_) + count_of(b_), 2);
  EXPECT_FALSE(transaction->open());
  EXPECT_EQ(a_.insert(by_id(3), in(*transaction)).status().code(), ErrorCode::kNoSuchTransaction);
}

TEST_F(TransactionTest, EndsWithItsLastHandle) {
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  {
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(add(a_, 1, 1, *transaction).ok());
  }
  const Document filter = by_id(1);
  const Document change = increment(5);
  ASSERT_TRUE(
      status_of(a_.update(UpdateStatement{.filter = filter, .update = change.view().as_value()}))
          .ok());
  EXPECT_EQ((**a_.find_one(filter))["n"].as_int32(), 5);
}

// The walk through an index must not meet what the statement itself has moved.
TEST_F(TransactionTest, AMultiUpdateChangesEachDocumentOnce) {
  ASSERT_TRUE(a_.create_index(document("n", 1)).ok());
  for (int id = 0; id < 20; ++id) ASSERT_TRUE(a_.insert(document("_id", id, "n", id)).ok());
  auto transaction = database_->begin_transaction();
  ASSERT_TRUE(a_.insert(document("_id", 99, "n", 99), in(*transaction)).ok());
  const Document filter = document("n", document("$gte", 0));
  const Document change = increment(7);
  const auto updated = a_.update(
      UpdateStatement{.filter = filter, .update = change.view().as_value(), .multi = true},
      in(*transaction));
  ASSERT_TRUE(updated.ok()) << updated.status().to_string();
  EXPECT_EQ(updated->outcomes.front().modified, 21);
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(*a_.count(document("n", 106)), 1);
  EXPECT_EQ(*a_.count(document("n", document("$lt", 7))), 0);
  EXPECT_TRUE(a_.validate()->valid());
}

// A commit that makes a collection is seen whole, also by who begins while nobody can find the
// collection yet.
TEST_F(TransactionTest, WhatIsWrittenButNotYetPublishedIsFound) {
  std::atomic<bool> armed = false;
  std::binary_semaphore written(0);
  std::binary_semaphore begun(0);
  const auto hold_up = [&](std::string_view step) {
    if (step != kStepCommitWritten || !armed.exchange(false)) return;
    written.release();
    begun.acquire();
  };
  database_ = open("", {.at_step = hold_up});
  a_ = database_->collection("t", "a");
  for (int i = 0; i < 30; ++i) {
    Collection made = database_->collection("t", "made" + std::to_string(i));
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(a_.insert(by_id(i), in(*transaction)).ok());
    ASSERT_TRUE(made.insert(by_id(i), in(*transaction)).ok());
    std::jthread reader([&] {
      written.acquire();
      const auto beside = database_->begin_transaction();
      begun.release();
      EXPECT_TRUE((*made.find_one(by_id(i), seen_in(*beside))).has_value());
      EXPECT_TRUE((*a_.find_one(by_id(i), seen_in(*beside))).has_value());
    });
    armed = true;
    ASSERT_TRUE(transaction->commit().ok());
  }
}

TEST_F(TransactionTest, UniqueKeysOfOpenTransactionsConflict) {
  ASSERT_TRUE(a_.create_index(document("k", 1), document("unique", true)).ok());
  auto first = database_->begin_transaction();
  auto second = database_->begin_transaction();
  ASSERT_TRUE(status_of(a_.insert(document("_id", 1, "k", 1), in(*first))).ok());
  EXPECT_EQ(status_of(a_.insert(document("_id", 2, "k", 1), in(*second))).code(),
            ErrorCode::kWriteConflict);
  EXPECT_FALSE(second->open());
  EXPECT_EQ(second->failure().code(), ErrorCode::kWriteConflict);
  ASSERT_TRUE(first->commit().ok());
  EXPECT_EQ(status_of(a_.insert(document("_id", 3, "k", 1))).code(), ErrorCode::kDuplicateKey);
  EXPECT_EQ(count_of(a_), 1);
}

TEST_F(TransactionTest, ADefinitionThatChangesEndsItAndWaitsForNobody) {
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  ASSERT_TRUE(b_.insert(by_id(1)).ok());
  auto writer = database_->begin_transaction();
  auto reader = database_->begin_transaction();
  ASSERT_TRUE(add(a_, 1, 1, *writer).ok());
  ASSERT_TRUE(a_.create_index(document("x", 1)).ok());
  ASSERT_TRUE(database_->drop_collection("u", "b")->dropped);
  EXPECT_EQ(writer->commit().status().code(), ErrorCode::kWriteConflict);
  EXPECT_EQ(b_.find_one({}, seen_in(*reader)).status().code(), ErrorCode::kSnapshotUnavailable);
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_TRUE(a_.validate()->valid());
}

TEST_F(TransactionTest, OnlyOneMakesACollection) {
  auto first = database_->begin_transaction();
  auto second = database_->begin_transaction();
  auto late = database_->begin_transaction();
  ASSERT_TRUE(a_.insert(by_id(1), in(*first)).ok());
  EXPECT_EQ(a_.insert(by_id(2), in(*second)).status().code(), ErrorCode::kWriteConflict);
  ASSERT_TRUE(b_.insert(by_id(1), in(*late)).ok());
  ASSERT_TRUE(b_.insert(by_id(2)).ok());  // waits for no transaction
  ASSERT_TRUE(first->commit().ok());
  EXPECT_EQ(late->commit().status().code(), ErrorCode::kWriteConflict);
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_EQ(count_of(b_), 1);
}

TEST_F(TransactionTest, CursorsKeepItsStateAndEndWithIt) {
  for (int id = 0; id < 10; ++id) ASSERT_TRUE(a_.insert(by_id(id)).ok());
  auto transaction = database_->begin_transaction();
  ASSERT_TRUE(a_.insert(by_id(10), in(*transaction)).ok());
  auto cursor = a_.find({}, seen_in(*transaction));
  ASSERT_TRUE(cursor.ok());
  ASSERT_TRUE((*cursor->next()).has_value());
  cursor->park();
  ASSERT_TRUE(a_.insert(by_id(11)).ok());
  int rest = 0;
  for (; rest < 5; ++rest) ASSERT_TRUE((*cursor->next()).has_value());
  transaction->abort();
  EXPECT_EQ(cursor->next().status().code(), ErrorCode::kNoSuchTransaction);
}

TEST_F(TransactionTest, OneThatIsTooLargeIsRefused) {
  database_ = open("", {.memory_bytes = 64ULL << 20});
  a_ = database_->collection("t", "a");
  auto transaction = database_->begin_transaction();
  const std::string large(4 << 20, 'x');
  Status status;
  for (int id = 0; id < 100 && status.ok(); ++id) {
    status = status_of(a_.insert(document("_id", id, "large", large), in(*transaction)));
  }
  EXPECT_EQ(static_cast<int>(status.code()), 388) << status.to_string();
  EXPECT_FALSE(transaction->open());
  // What it held is free again.
  auto next = database_->begin_transaction();
  EXPECT_TRUE(status_of(a_.insert(document("_id", 1, "large", large), in(*next))).ok());
  EXPECT_TRUE(next->commit().ok());
}

TEST_F(TransactionTest, ASnapshotOfATimeIsReadAgain) {
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  auto first = database_->read_snapshot();
  ASSERT_TRUE(first.ok());
  const OpTime time = first->read_time();
  ASSERT_TRUE(a_.insert(by_id(2)).ok());
  auto again = database_->read_snapshot(time);
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  CountOptions options;
  options.operation.transaction = &*again;
  EXPECT_EQ(*a_.count({}, options), 1);
  EXPECT_EQ(database_->read_snapshot(OpTime{1}).status().code(), ErrorCode::kSnapshotTooOld);
  EXPECT_FALSE(a_.insert(by_id(3), in(*again)).ok());
}

TEST(Transactions, ACommitIsKnownAfterARestart) {
  const ScratchDirectory directory;
  const Session session;
  const TransactionName name{session.id(), 1};
  const TransactionName other{session.id(), 2};
  {
    const auto database = open(directory.path());
    auto transaction = database->begin_transaction({.name = name});
    Collection a = database->collection("t", "a");
    ASSERT_TRUE(a.insert(by_id(1), in(*transaction)).ok());
    EXPECT_FALSE(*database->is_committed(name));
    ASSERT_TRUE(transaction->commit().ok());
    EXPECT_TRUE(*database->is_committed(name));
  }
  const auto database = open(directory.path());
  EXPECT_TRUE(*database->is_committed(name));
  EXPECT_FALSE(*database->is_committed(other));
  EXPECT_EQ(static_cast<int>(database->begin_transaction({.name = name}).status().code()), 117);
  ASSERT_TRUE(database->begin_transaction({.name = other}).ok());
  EXPECT_EQ(database->is_committed(name).status().code(), ErrorCode::kTransactionTooOld);
  EXPECT_EQ(database->collection("t", "a").estimated_count(), 1);
  EXPECT_TRUE(database->check()->problems.empty());
}

// Two who add to one counter and one who moves between two others: nothing is lost.
TEST_F(TransactionTest, TheCallbackIsRunUntilItHasItsWay) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 25;
  ASSERT_TRUE(a_.insert(document("_id", 0, "n", 0)).ok());
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Session session;
      Collection a = database_->collection("t", "a");
      for (int time = 0; time < kTimes; ++time) {
        const auto done = session.transaction(*database_, [&](const Transaction& transaction) {
          const Status counted = add(a, 0, 1, transaction);
          return counted.ok() ? add(a, i + 1, 1, transaction) : counted;
        });
        if (!done.ok()) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ((**a_.find_one(by_id(0)))["n"].as_int32(), kThreads * kTimes);
  EXPECT_EQ((**a_.find_one(by_id(kThreads)))["n"].as_int32(), kTimes);
  EXPECT_TRUE(a_.validate()->valid());
}

TEST_F(TransactionTest, TheCallbacksErrorEndsIt) {
  Session session;
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  int times = 0;
  const auto done = session.transaction(*database_, [&](const Transaction& transaction) {
    ++times;
    (void)a_.insert(by_id(2), in(transaction));
    (void)a_.insert(by_id(1), in(transaction));  // its error is let pass
    return Status();
  });
  EXPECT_EQ(done.status().code(), ErrorCode::kDuplicateKey);
  EXPECT_EQ(times, 1);
  EXPECT_EQ(count_of(a_), 1);
}

// Transactions that write while indexes are built: the index has all of it, or they start again.
TEST_F(TransactionTest, IndexBuildsAndTransactionsGoTogether) {
  for (int id = 0; id < 2000; ++id) ASSERT_TRUE(a_.insert(document("_id", id, "n", id)).ok());
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    Session session;
    Collection a = database_->collection("t", "a");
    for (int i = 0; !stop; i = (i + 1) % 2000) {
      (void)session.transaction(*database_, [&](const Transaction& transaction) {
        const Status one = add(a, i, 10'000, transaction);
        return one.ok() ? add(a, (i + 1000) % 2000, 10'000, transaction) : one;
      });
    }
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(a_.create_index(document("n", i % 2 == 0 ? 1 : -1)).ok());
    EXPECT_TRUE(a_.validate()->valid());
    EXPECT_TRUE(a_.drop_indexes(Value::string("*")).ok());
  }
  stop = true;
  writer.join();
  EXPECT_TRUE(a_.validate()->valid());
}

}  // namespace
}  // namespace cairn
