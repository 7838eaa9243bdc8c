// Many threads write documents and keys together, and each of them alone: what belongs together
// always agrees, and nobody waits for ever.
#include <cairn/database.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace cairn {
namespace {

constexpr int kThreads = 6;
constexpr int kRounds = 150;

class Crowd {
 public:
  explicit Crowd(Database& database)
      : database_(database),
        mail_(database.collection("d", "mail")),
        totals_(database.collection("d", "totals")) {}

  // Every thread delivers the same messages: each must arrive once.
  void deliver(int round) {
    KeyBatch once;
    once.set("seen", std::to_string(round), "", {.condition = KeyCondition::kAbsent})
        .increment("counts", "delivered", 1);
    const auto inserted = mail_.insert(document("message", round), {.keys = &once});
    if (!inserted.ok()) {
      EXPECT_EQ(inserted.status().code(), ErrorCode::kAtomicityFailure);
      return;
    }
    EXPECT_EQ(inserted->inserted, 1);
    ++delivered_;
  }

  // Two counters, one a document and one a key, go up together; the document has two keys in either
  // order.
  void count(int thread, int round) {
    KeyBatch both;
    both.increment("counts", thread % 2 == 0 ? "even" : "odd", 1).increment("counts", "total", 1);
    const Document filter = document("_id", round % 2);
    const Document add = document("$inc", document("n", 1));
    const auto updated = totals_.update(
        {.filter = filter, .update = add.view().as_value(), .upsert = true}, {.keys = &both});
    ASSERT_TRUE(updated.ok());
    EXPECT_TRUE(updated->errors.empty());
    EXPECT_TRUE(updated->keys.done);
  }

  // Neither alone may hold up the others.
  void alone(int round) {
    const Document filter = document("_id", round % 2);
    const Document touch = document("$set", document("touched", round));
    EXPECT_TRUE(totals_.update({.filter = filter, .update = touch.view().as_value()}).ok());
    KeyBatch swapped;
    swapped.increment("counts", "total", 0).increment("counts", "even", 0);
    EXPECT_TRUE(database_.apply(swapped)->done);
  }

  void run(int thread) {
    for (int round = 0; round < kRounds; ++round) {
      deliver(round);
      count(thread, round);
      alone(round);
    }
  }

  void check() {
    EXPECT_EQ(delivered_, kRounds);
    EXPECT_EQ(*mail_.count(), kRounds);
    EXPECT_EQ(number("delivered"), kRounds);
    EXPECT_EQ(number("total"), kThreads * kRounds);
    EXPECT_EQ(number("even") + number("odd"), kThreads * kRounds);
    std::int64_t total = 0;
    for (int id = 0; id < 2; ++id) {
      const Document filter = document("_id", id);
      total += (**totals_.find_one(filter))["n"].to_int64_clamped();
    }
    EXPECT_EQ(total, kThreads * kRounds);
    EXPECT_TRUE(database_.check()->problems.empty());
  }

 private:
  std::int64_t number(std::string_view name) {
    return std::stoll(**database_.key_value("counts").get(name));
  }

  Database& database_;
  Collection mail_;
  Collection totals_;
  std::atomic<int> delivered_{0};
};

TEST(KeysWithDocumentsConcurrency, WhatBelongsTogetherAgrees) {
  const auto database = std::move(*Database::open("", {.in_memory = true}));
  Crowd crowd(*database);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back([&crowd, t] { crowd.run(t); });
  for (std::thread& thread : threads) thread.join();
  crowd.check();
}

}  // namespace
}  // namespace cairn
