// Threads against the commit pipeline, its totals and its order.
#include <atomic>
#include <thread>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

constexpr int kThreads = 8;
constexpr int kCommits = 200;

TEST(Concurrency, CommitsHaveOneOrderWithoutHoles) {
  auto storage = open_in_memory();
  const auto counters = storage->counters().get(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&storage, &counters, t] {
      OpNumber before = 0;
      for (int i = 0; i < kCommits; ++i) {
        WriteUnit unit;
        const RecordId id = counters->take_record_ids();
        const std::string document = std::to_string(t) + " " + std::to_string(i);
        unit.put(Family::kDoc, RecordKey(1, id), document);
        for (int c = 0; c <= i % 3; ++c) {
          unit.change(
              {.kind = ChangeKind::kInsert, .keyspace = 1, .name = "a.b", .document = document});
        }
        unit.count(*counters, {.documents = 1, .bytes = 1, .highest_record_id = id});
        auto receipt = storage->commits().commit(unit);
        ASSERT_TRUE(receipt.ok());
        // Own commits rise, and are seen as soon as they return.
        EXPECT_GT(receipt->first_op, before);
        before = receipt->last_op;
        EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, id)), document);
        EXPECT_GE(storage->commits().last_op(), receipt->last_op);
      }
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(counters->documents(), kThreads * kCommits);
  const auto stored = decode_totals(value_of(storage->latest(), Family::kMeta, counters_key(1)));
  EXPECT_EQ(stored->documents, kThreads * kCommits);
  EXPECT_EQ(stored->bytes, kThreads * kCommits);
  const OplogRows oplog = read_oplog(storage->latest());
  OpNumber previous = 0;
  std::string_view open_commit;
  std::map<std::string, int> last_of_thread;
  for (const ChangeRow& row : oplog.rows) {
    EXPECT_EQ(row.previous_op, previous);
    previous = row.op;
    // A commit's rows lie together.
    if (!open_commit.empty()) {
      EXPECT_EQ(row.change.document, open_commit);
    }
    open_commit = row.last_of_commit ? std::string_view() : row.change.document;
    if (!row.last_of_commit) continue;
    const std::string text(row.change.document);
    int& next = last_of_thread[text.substr(0, text.find(' '))];
    EXPECT_EQ(std::stoi(text.substr(text.find(' '))), next++);
  }
  EXPECT_EQ(last_of_thread.size(), static_cast<std::size_t>(kThreads));
}

class CountedCommit final : public StagedCommit {
 public:
  explicit CountedCommit(std::atomic<int>& done) : done_(done) {}
  void done(const Status& status) override { done_ += status.ok() ? 1 : 0; }

 private:
  std::atomic<int>& done_;
};

// Some write and wait, some leave their writes to whoever leads: totals and order are those of all.
TEST(Concurrency, StagedAndAwaitedCommitsShareOneOrder) {
  auto storage = open_in_memory();
  const auto counters = storage->counters().get(1);
  std::atomic<int> done{0};
  const auto fill = [&counters](WriteUnit& unit) {
    const RecordId id = counters->take_record_ids();
    unit.put(Family::kDoc, RecordKey(1, id), "document");
    unit.change({.kind = ChangeKind::kInsert, .keyspace = 1, .name = "a.b", .document = "d"});
    unit.count(*counters, {.documents = 1, .bytes = 1, .highest_record_id = id});
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        if (t % 2 == 0) {
          WriteUnit unit;
          fill(unit);
          ASSERT_TRUE(storage->commits().commit(unit).ok());
          continue;
        }
        auto staged = std::make_unique<CountedCommit>(done);
        fill(staged->unit);
        ASSERT_TRUE(storage->commits().stage(std::move(staged)).ok());
        if (i % 3 == 0) storage->commits().lead_staged();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  storage->commits().lead_staged();

  EXPECT_EQ(done, kThreads / 2 * kCommits);
  EXPECT_EQ(counters->documents(), kThreads * kCommits);
  const OplogRows oplog = read_oplog(storage->latest());
  EXPECT_EQ(oplog.rows.size(), static_cast<std::size_t>(kThreads * kCommits));
  OpNumber previous = 0;
  for (const ChangeRow& row : oplog.rows) {
    EXPECT_EQ(row.previous_op, previous);
    previous = row.op;
  }
}

// Counters of one document, raised under its intent: no update is lost.
TEST(Concurrency, IntentsMakeReadModifyWriteSafe) {
  auto storage = open_in_memory();
  const RecordKey key(1, 1);
  const std::uint64_t hash = key_hash(Family::kDoc, key);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCommits; ++i) {
        auto intents = storage->intents().lock({&hash, 1});
        ASSERT_TRUE(intents.ok());
        const std::string old = value_of(storage->latest(), Family::kDoc, key);
        WriteUnit unit;
        unit.put(Family::kDoc, key, std::to_string(old == "(none)" ? 1 : std::stoi(old) + 1));
        ASSERT_TRUE(storage->commits().commit(unit, &*intents).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, key), std::to_string(kThreads * kCommits));
}

// The same by snapshot transactions that fail at once and try again.
TEST(Concurrency, SnapshotTransactionsSeeConflicts) {
  auto storage = open_in_memory();
  const RecordKey key(1, 1);
  const std::uint64_t hash = key_hash(Family::kDoc, key);
  std::atomic<int> conflicts{0};
  const auto try_once = [&]() -> bool {
    ConflictWatch watch(storage->intents());
    const Snapshot snapshot = storage->snapshot();
    watch.started_at(snapshot.sequence());
    const std::string old = value_of(storage->at(snapshot), Family::kDoc, key);
    std::this_thread::yield();
    auto intents = storage->intents().lock(
        {&hash, 1}, {.on_conflict = OnConflict::kFail, .snapshot = snapshot.sequence()});
    if (!intents.ok()) {
      EXPECT_EQ(intents.status().code(), ErrorCode::kWriteConflict);
      ++conflicts;
      return false;
    }
    WriteUnit unit;
    unit.put(Family::kDoc, key, std::to_string(old == "(none)" ? 1 : std::stoi(old) + 1));
    EXPECT_TRUE(storage->commits().commit(unit, &*intents).ok());
    return true;
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&try_once] {
      for (int done = 0; done < 50;) done += try_once() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(value_of(storage->latest(), Family::kDoc, key), std::to_string(kThreads * 50));
  EXPECT_EQ(storage->intents().remembered_commits(), 0U);
}

TEST(Concurrency, ACommitAfterTheSnapshotIsAConflict) {
  auto storage = open_in_memory();
  const RecordKey key(1, 1);
  const std::uint64_t hash = key_hash(Family::kDoc, key);
  const std::uint64_t other = hash + 1;
  const auto write = [&] {
    auto intents = storage->intents().lock({&hash, 1});
    WriteUnit unit;
    unit.put(Family::kDoc, key, "x");
    ASSERT_TRUE(storage->commits().commit(unit, &*intents).ok());
  };
  write();
  EXPECT_EQ(storage->intents().remembered_commits(), 0U);  // no transaction, no memory
  {
    ConflictWatch watch(storage->intents());
    const Snapshot snapshot = storage->snapshot();
    watch.started_at(snapshot.sequence());
    const LockOptions options{.on_conflict = OnConflict::kFail, .snapshot = snapshot.sequence()};
    EXPECT_TRUE(storage->intents().lock({&hash, 1}, options).ok());  // committed before it
    write();
    EXPECT_EQ(storage->intents().remembered_commits(), 1U);
    EXPECT_EQ(storage->intents().lock({&hash, 1}, options).status().code(),
              ErrorCode::kWriteConflict);
    EXPECT_TRUE(storage->intents().lock({&other, 1}, options).ok());
  }
  EXPECT_EQ(storage->intents().remembered_commits(), 0U);
}

TEST(Concurrency, SnapshotsSeeWholeCommitsOnly) {
  auto storage = open_in_memory();
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 1; i <= 500; ++i) {
      WriteUnit unit;
      unit.put(Family::kDoc, RecordKey(1, 1), std::to_string(i));
      unit.put(Family::kIdx, "one", std::to_string(i));
      ASSERT_TRUE(storage->commits().commit(unit).ok());
    }
    done = true;
  });
  while (!done) {
    const Snapshot snapshot = storage->snapshot();
    const Reader reader = storage->at(snapshot);
    EXPECT_EQ(value_of(reader, Family::kDoc, RecordKey(1, 1)),
              value_of(reader, Family::kIdx, "one"));
  }
  writer.join();
}

}  // namespace
}  // namespace cairn
