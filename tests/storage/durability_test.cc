#include "engine/storage/durability.h"

#include <thread>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

CommitReceipt commit_one(Storage& storage, RecordId id) {
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, id), "doc");
  unit.change({.kind = ChangeKind::kInsert, .keyspace = 1, .name = "a.b", .document = "doc"});
  auto receipt = storage.commits().commit(unit);
  EXPECT_TRUE(receipt.ok());
  return *receipt;
}

TEST(Durability, AWaiterDoesNotWaitForTheInterval) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.sync_interval_ms = 3'600'000});
  const OpNumber op = commit_one(*storage, 1).last_op;
  EXPECT_LT(storage->syncer().durable_op(), op);
  ASSERT_OK(storage->syncer().wait_durable(op));
  EXPECT_GE(storage->syncer().durable_op(), op);
}

TEST(Durability, WithoutWaitersTheIntervalSyncs) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.sync_interval_ms = 10});
  const OpNumber op = commit_one(*storage, 1).last_op;
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (storage->syncer().durable_op() < op && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_GE(storage->syncer().durable_op(), op);
}

TEST(Durability, AnIdleStoreDoesNotSync) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.sync_interval_ms = 1});
  ASSERT_OK(storage->syncer().wait_durable(commit_one(*storage, 1).last_op));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::uint64_t before = storage->syncer().syncs();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(storage->syncer().syncs(), before);
}

TEST(Durability, OneSyncServesThousandsOfCallbacks) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.sync_interval_ms = 3'600'000});
  std::atomic<int> told{0};
  const std::uint64_t before = storage->syncer().syncs();
  OpNumber last = 0;
  for (RecordId id = 1; id <= 2000; ++id) last = commit_one(*storage, id).last_op;
  // All for the last op, so that the first callback cannot start a sync that leaves others out.
  for (int i = 0; i < 2000; ++i) {
    storage->syncer().on_durable(last, [&told](const Status& status) {
      if (status.ok()) ++told;
    });
  }
  ASSERT_OK(storage->syncer().wait_durable(last));
  EXPECT_LE(storage->syncer().syncs() - before, 1U);
  storage.reset();
  EXPECT_EQ(told, 2000);
}

TEST(Durability, ClosingTellsEverybody) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.sync_interval_ms = 3'600'000});
  const OpNumber op = commit_one(*storage, 1).last_op;
  std::atomic<int> ok{0};
  std::atomic<int> refused{0};
  const auto count = [&ok, &refused](const Status& status) { ++(status.ok() ? ok : refused); };
  storage->syncer().on_durable(op, count);
  storage->syncer().on_durable(op + 1000, count);  // of no commit
  storage.reset();
  EXPECT_EQ(ok, 1);
  EXPECT_EQ(refused, 1);
}

TEST(Durability, WaitingForWhatNeverComesEndsAtTheDeadline) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path());
  const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(storage->syncer().wait_durable(storage->commits().last_op() + 1000, soon).code(),
            ErrorCode::kMaxTimeMSExpired);
}

TEST(Durability, ManySyncedWriters) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path());
  std::vector<std::thread> threads;
  for (RecordId t = 0; t < 8; ++t) {
    threads.emplace_back([&storage, t] {
      for (RecordId i = 0; i < 25; ++i) {
        const OpNumber op = commit_one(*storage, t * 1000 + i).last_op;
        EXPECT_OK(storage->syncer().wait_durable(op));
        EXPECT_GE(storage->syncer().durable_op(), op);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(storage->syncer().syncs(), 8U * 25U + 2U);
}

}  // namespace
}  // namespace cairn
