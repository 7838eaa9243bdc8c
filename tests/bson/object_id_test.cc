// ObjectIds: text form, and that generated ones are unique and rise, also over threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <cairn/bson.h>

namespace cairn {
namespace {

TEST(ObjectId, Hex) {
  const auto id = ObjectId::from_hex("0102030405060708090A0b0c");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->to_hex(), "0102030405060708090a0b0c");
  EXPECT_FALSE(ObjectId::from_hex("").ok());
  EXPECT_FALSE(ObjectId::from_hex("0102030405060708090a0b0").ok());
  EXPECT_FALSE(ObjectId::from_hex("0102030405060708090a0b0c0").ok());
  EXPECT_FALSE(ObjectId::from_hex("0102030405060708090a0b0g").ok());
}

TEST(ObjectId, BeginsWithTheSeconds) {
  const ObjectId id = ObjectId::generate();
  std::int64_t seconds = 0;
  for (int i = 0; i < 4; ++i) seconds = seconds << 8 | id.bytes[i];
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  EXPECT_NEAR(static_cast<double>(seconds), static_cast<double>(now), 5);
}

TEST(ObjectId, ThreadsGetDistinctRisingIds) {
  constexpr int kThreads = 4;
  constexpr int kEach = 50'000;
  std::vector<std::vector<ObjectId>> made(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      mine.reserve(kEach);
      for (int i = 0; i < kEach; ++i) mine.push_back(ObjectId::generate());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<ObjectId> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_TRUE(std::all_of(all.begin(), all.end(), [&](const ObjectId& id) {
    return std::equal(id.bytes.begin() + 4, id.bytes.begin() + 9, all[0].bytes.begin() + 4);
  })) << "the middle bytes are the process's";
}

}  // namespace
}  // namespace cairn
