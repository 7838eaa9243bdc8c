#include "engine/storage/intents.h"

#include <thread>

#include <cairn/interrupt_scope.h>

#include <gtest/gtest.h>

namespace cairn {
namespace {

using Hashes = std::vector<std::uint64_t>;
constexpr LockOptions kFailing{.on_conflict = OnConflict::kFail};

TEST(Intents, FirstWriterWins) {
  IntentTable table;
  auto first = table.lock(Hashes{1, 2, 2});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->hashes().size(), 2U);
  EXPECT_EQ(table.lock(Hashes{2}, kFailing).status().code(), ErrorCode::kWriteConflict);
  EXPECT_TRUE(table.lock(Hashes{3}, kFailing).ok());
  first->release();
  EXPECT_TRUE(table.lock(Hashes{2}, kFailing).ok());
}

TEST(Intents, AFailedExtensionLeavesWhatWasHeld) {
  IntentTable table;
  auto other = table.lock(Hashes{9});
  auto mine = table.lock(Hashes{1});
  EXPECT_FALSE(mine->extend(Hashes{1, 5, 9}, kFailing).ok());
  EXPECT_TRUE(table.lock(Hashes{5}, kFailing).ok());   // given back
  EXPECT_FALSE(table.lock(Hashes{1}, kFailing).ok());  // kept
  other->release();
  EXPECT_TRUE(mine->extend(Hashes{1, 5, 9}, kFailing).ok());
  EXPECT_EQ(mine->hashes().size(), 3U);
}

TEST(Intents, WaitingEndsAtTheDeadline) {
  IntentTable table;
  auto held = table.lock(Hashes{1});
  const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(table.lock(Hashes{1}, {.deadline = soon}).status().code(),
            ErrorCode::kMaxTimeMSExpired);
}

TEST(Intents, WaitingEndsByTheInterrupt) {
  IntentTable table;
  auto held = table.lock(Hashes{1});
  Interrupt interrupt;
  Status waited;
  std::thread waiting([&] {
    const InterruptScope scope(&interrupt);
    waited = table.lock(Hashes{1}).status();
  });
  interrupt.interrupt();
  waiting.join();
  EXPECT_EQ(waited.code(), ErrorCode::kInterrupted);
}

TEST(Intents, WritersOfManyKeysDoNotDeadlock) {
  IntentTable table;
  int balance = 0;  // guarded by hash 7 alone: TSan would tell
  const auto work = [&table, &balance](std::uint64_t seed) {
    for (std::uint64_t i = 0; i < 500; ++i) {
      auto held = table.lock(Hashes{seed * i % 13 + 1000, 7, seed + i % 5});
      ASSERT_TRUE(held.ok());
      ++balance;
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t t = 1; t <= 8; ++t) threads.emplace_back(work, t);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(balance, 4000);
}

}  // namespace
}  // namespace cairn
