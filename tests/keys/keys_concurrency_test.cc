// Many threads on the same few keys, with a sweeper beside them.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/keys/key_store.h"
#include "tests/storage/scratch.h"

namespace cairn::keys {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 200;

TEST(KeysConcurrency, IncrementsAreNeverLostAndLocksNeverShared) {
  const auto storage = open_in_memory();
  std::atomic<std::int64_t> now{1'700'000'000'000};
  auto store = std::move(*KeyStore::load(*storage, [&now] { return now.load(); }));
  std::atomic<int> holders{0};
  std::atomic<bool> stop{false};
  std::thread sweeper([&] {
    while (!stop.load()) {
      EXPECT_TRUE(store->sweep(16).ok());
      now.fetch_add(1);
    }
  });
  // Spaces begin anew under those who write to them.
  std::thread dropper([&] {
    while (!stop.load()) {
      EXPECT_TRUE(store->drop("cache").ok());
      EXPECT_TRUE(storage->keyspaces().reap().ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string me = "owner" + std::to_string(t);
      for (int i = 0; i < kRounds; ++i) {
        KeyBatch count;
        count.increment("counts", "all", 1);
        count.set("cache", "k" + std::to_string(i % 7), me,
                  {.expiry = Expiry::after(std::chrono::milliseconds(i % 5 + 1))});
        ASSERT_TRUE(store->apply(count)->done);
        KeyBatch take;
        take.set("locks", "one", me, {.condition = KeyCondition::kAbsent});
        if (!store->apply(take)->done) continue;
        EXPECT_EQ(holders.fetch_add(1), 0);
        holders.fetch_sub(1);
        KeyBatch give;
        give.remove("locks", "one", {.condition = KeyCondition::kEquals, .expected = me});
        EXPECT_TRUE(store->apply(give)->done);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  sweeper.join();
  dropper.join();
  PinnedValue value;
  const auto total = store->get(storage->latest(), store->find("counts"), "all", value, now.load());
  ASSERT_TRUE(total.ok() && total->has_value());
  EXPECT_EQ((*total)->value, std::to_string(kThreads * kRounds));
  now.fetch_add(1000);
  while (*store->sweep(1000) != 0) {
  }
  EXPECT_TRUE(
      store->check(storage->latest(), [](const std::string& line) { ADD_FAILURE() << line; }).ok());
}

}  // namespace
}  // namespace cairn::keys
