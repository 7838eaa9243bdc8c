// Removed rows that reads walk over again and again are cleared away, but for what a snapshot sees.
#include <chrono>
#include <thread>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

constexpr RecordId kRows = 6000;
constexpr RecordId kTaken = 5000;

class DeadKeysTest : public testing::Test {
 protected:
  void put_all() {
    WriteUnit unit;
    for (RecordId id = 1; id <= kRows; ++id) unit.put(Family::kDoc, RecordKey(5, id), "row");
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
  void take_first() {
    WriteUnit unit;
    for (RecordId id = 1; id <= kTaken; ++id) unit.remove(Family::kDoc, RecordKey(5, id));
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
  RecordId first(const Reader& reader, Direction direction = Direction::kForward) {
    const KeyspaceRange range(5);
    KeyCursor cursor = reader.scan(Family::kDoc, range.range(), {.direction = direction});
    cursor.seek_first();
    EXPECT_TRUE(cursor.valid());
    return cursor.valid() ? record_id_of(cursor.key()) : 0;
  }
  std::uint64_t slow_seeks() { return storage_->statistics().slow_seeks; }
  void wait_until_cleared() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (storage_->statistics().cleared_ranges == 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::unique_ptr<Storage> storage_ = open_in_memory();
};

TEST_F(DeadKeysTest, ASeekThatMetManyIsTheLast) {
  put_all();
  EXPECT_EQ(first(storage_->latest()), 1U);
  EXPECT_EQ(slow_seeks(), 0U);
  take_first();
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  EXPECT_EQ(slow_seeks(), 1U);
  wait_until_cleared();
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  EXPECT_EQ(slow_seeks(), 1U);
  EXPECT_EQ(first(storage_->latest(), Direction::kBackward), kRows);
}

TEST_F(DeadKeysTest, WhatASnapshotSeesStays) {
  put_all();
  const Snapshot before = storage_->snapshot();
  take_first();
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  wait_until_cleared();
  EXPECT_EQ(first(storage_->at(before)), 1U);
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  EXPECT_EQ(slow_seeks(), 2U);
}

}  // namespace
}  // namespace cairn
