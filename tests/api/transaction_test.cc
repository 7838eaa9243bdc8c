// Transactions by the public API: what commands cannot show. Their behaviour for clients is in
// tests/spec/session.
#include <cairn/database.h>
#include <cairn/interrupt_scope.h>
#include <cairn/session.h>

#include <atomic>
#include <functional>
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

// Everything that changes a collection's definition.
std::vector<std::function<Status(Database&, const std::string&)>> all_definitions() {
  return {
      [](Database& database, const std::string& name) {
        return database.collection("t", name).create_index(document("x", 1)).status();
      },
      [](Database& database, const std::string& name) {
        return database.collection("t", name).drop_indexes(Value::string("*")).status();
      },
      [](Database& database, const std::string& name) {
        const Document change = document("validationLevel", "off");
        return database.modify_collection("t", name, change).status();
      },
      [](Database& database, const std::string& name) {
        return database.convert_to_capped("t", name, 4096).status();
      },
      [](Database& database, const std::string& name) {
        return database.rename_collection("t", name, "t", name + "_renamed").status();
      },
      [](Database& database, const std::string& name) {
        auto other = database.collection("t", name + "_other").insert(by_id(1));
        if (!other.ok()) return other.take_status();
        return database.rename_collection("t", name + "_other", "t", name, {.drop_target = true})
            .status();
      },
      [](Database& database, const std::string& name) {
        return database.drop_collection("t", name).status();
      },
      [](Database& database, const std::string&) { return database.drop_database("t").status(); },
  };
}

Collection with_index(Database& database, const std::string& name) {
  Collection made = database.collection("t", name);
  EXPECT_TRUE(made.create_index(document("n", 1)).ok());
  EXPECT_TRUE(made.insert(by_id(1)).ok());
  return made;
}

TEST_F(TransactionTest, DefinitionsWaitForThoseWhoWrite) {
  for (const auto& define : all_definitions()) {
    Collection used = with_index(*database_, "used");
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(add(used, 1, 1, *transaction).ok());
    std::atomic<bool> defined = false;
    std::jthread definition([&] {
      EXPECT_TRUE(define(*database_, "used").ok());
      defined = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_FALSE(defined);
    // Others go on meanwhile, and so does the transaction.
    EXPECT_TRUE(used.insert(by_id(2)).ok());
    EXPECT_TRUE(used.find_one(by_id(2))->has_value());
    EXPECT_TRUE(add(used, 1, 1, *transaction).ok());
    const auto committed = transaction->commit();
    EXPECT_TRUE(committed.ok()) << committed.status().to_string();
    definition.join();
    (void)database_->drop_database("t");
  }
}

TEST_F(TransactionTest, DefinitionsWaitForThoseWhoRead) {
  for (const auto& define : all_definitions()) {
    Collection used = with_index(*database_, "used");
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(used.find_one(by_id(1), seen_in(*transaction))->has_value());
    std::jthread definition([&] { EXPECT_TRUE(define(*database_, "used").ok()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    const auto seen = used.find_one(by_id(1), seen_in(*transaction));
    EXPECT_TRUE(seen.ok() && seen->has_value()) << seen.status().to_string();
    EXPECT_TRUE(add(used, 1, 1, *transaction).ok());
    EXPECT_TRUE(transaction->commit().ok());
    definition.join();
    (void)database_->drop_database("t");
  }
}

TEST_F(TransactionTest, OneThatComesBehindADefinitionThatWaitsStartsAgain) {
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  auto first = database_->begin_transaction();
  ASSERT_TRUE(add(a_, 1, 1, *first).ok());
  std::jthread definition([&] { EXPECT_TRUE(a_.create_index(document("x", 1)).ok()); });
  Status refused;
  while (refused.ok()) {  // until it waits
    auto late = database_->begin_transaction();
    refused = add(a_, 2, 1, *late);
    EXPECT_EQ(late->open(), refused.ok());
  }
  EXPECT_EQ(refused.code(), ErrorCode::kLockTimeout) << refused.to_string();
  EXPECT_TRUE(is_transient(refused.code()));
  auto other = database_->begin_transaction();  // of which it wants nothing
  EXPECT_TRUE(add(b_, 1, 1, *other).ok());
  EXPECT_TRUE(first->commit().ok());
  definition.join();
  EXPECT_TRUE(other->commit().ok());
  Session session;
  EXPECT_TRUE(
      session
          .transaction(*database_, [&](const Transaction& again) { return add(a_, 2, 1, again); })
          .ok());
  EXPECT_TRUE(a_.validate()->valid());
}

// The thread's own transaction, which nobody else can end, keeps a definition for its time only.
TEST_F(TransactionTest, OneThatLivesTooLongFailsWhereADefinitionChanged) {
  ASSERT_TRUE(a_.insert(by_id(1)).ok());
  ASSERT_TRUE(b_.insert(by_id(1)).ok());
  const TransactionOptions brief{.lifetime = std::chrono::milliseconds(20)};
  auto writer = database_->begin_transaction(brief);
  auto reader = database_->begin_transaction(brief);
  ASSERT_TRUE(add(a_, 1, 1, *writer).ok());
  ASSERT_TRUE(b_.find_one({}, seen_in(*reader)).ok());
  ASSERT_TRUE(a_.create_index(document("x", 1)).ok());
  ASSERT_TRUE(database_->drop_collection("u", "b")->dropped);
  EXPECT_EQ(writer->commit().status().code(), ErrorCode::kWriteConflict);
  EXPECT_EQ(b_.find_one({}, seen_in(*reader)).status().code(), ErrorCode::kSnapshotUnavailable);
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_TRUE(a_.validate()->valid());
}

TEST_F(TransactionTest, IndexesThatAreThereWaitForNobody) {
  const std::vector<Document> two = {document("key", document("x", 1), "name", "x_1"),
                                     document("key", document("y", 1), "name", "y_1")};
  const std::vector<DocumentView> views(two.begin(), two.end());
  ASSERT_TRUE(a_.create_indexes(views).ok());
  auto transaction = database_->begin_transaction();
  ASSERT_TRUE(add(a_, 1, 1, *transaction).ok());
  const Interrupt soon(Interrupt::Clock::now() + std::chrono::seconds(5));
  CreateIndexesOptions options;
  options.operation.interrupt = &soon;
  const auto again = a_.create_indexes(views, options);
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  EXPECT_EQ(again->indexes_before, 3);
  EXPECT_EQ(again->indexes_after, 3);
  EXPECT_TRUE(again->some_existed);
  EXPECT_TRUE(transaction->commit().ok());
}

// The build of an index has to wait for a transaction at its end, and is interrupted: nothing is
// left of it, and the transaction is none the worse.
TEST_F(TransactionTest, AnIndexBuildThatIsInterruptedAtItsEndIsUndone) {
  std::binary_semaphore loaded(0);
  std::binary_semaphore written(0);
  database_ = open("", {.at_step = [&](std::string_view step) {
                     if (step != kStepIndexLoaded) return;
                     loaded.release();
                     written.acquire();
                   }});
  a_ = database_->collection("t", "a");
  for (int id = 0; id < 100; ++id) ASSERT_TRUE(a_.insert(by_id(id)).ok());
  Interrupt of_build;
  std::jthread build([&] {
    const InterruptScope scope(&of_build);
    EXPECT_EQ(a_.create_index(document("x", 1)).status().code(), ErrorCode::kInterrupted);
  });
  loaded.acquire();
  auto transaction = database_->begin_transaction();
  EXPECT_TRUE(add(a_, 1, 1, *transaction).ok());
  written.release();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  of_build.interrupt();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_TRUE(add(a_, 2, 1, *transaction).ok());
  const auto committed = transaction->commit();
  EXPECT_TRUE(committed.ok()) << committed.status().to_string();
  build.join();
  EXPECT_EQ(a_.list_indexes()->size(), 1U);
  EXPECT_TRUE(a_.validate()->valid());
}

TEST_F(TransactionTest, ADefinitionThatIsInterruptedLeavesEverythingAsItWas) {
  for (const auto& define : all_definitions()) {
    Collection used = with_index(*database_, "used");
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(add(used, 1, 1, *transaction).ok());
    {
      const Interrupt soon(Interrupt::Clock::now() + std::chrono::milliseconds(30));
      const InterruptScope scope(&soon);
      EXPECT_EQ(define(*database_, "used").code(), ErrorCode::kMaxTimeMSExpired);
    }
    auto next = database_->begin_transaction();  // nobody is kept out any more
    EXPECT_TRUE(add(used, 2, 1, *next).ok());
    EXPECT_TRUE(next->commit().ok());
    EXPECT_TRUE(transaction->commit().ok());
    EXPECT_EQ(count_of(used), 2);
    EXPECT_EQ(used.list_indexes()->size(), 2U);
    (void)database_->drop_database("t");
  }
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
