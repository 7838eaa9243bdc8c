// Seeks pass over stretches in which nothing is left, and never over a row.
#include <atomic>
#include <random>
#include <set>
#include <thread>
#include <vector>

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
  void put(RecordId id) {
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(5, id), "row");
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
  void remove(RecordId id) {
    WriteUnit unit;
    unit.remove(Family::kDoc, RecordKey(5, id));
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }

  std::unique_ptr<Storage> storage_ = open_in_memory();
};

TEST_F(DeadKeysTest, ASeekThatMetManyIsTheLast) {
  put_all();
  EXPECT_EQ(first(storage_->latest()), 1U);
  EXPECT_EQ(slow_seeks(), 0U);
  take_first();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  EXPECT_EQ(slow_seeks(), 1U);
  EXPECT_EQ(first(storage_->latest(), Direction::kBackward), kRows);
}

TEST_F(DeadKeysTest, WhatASnapshotSeesStays) {
  put_all();
  const Snapshot before = storage_->snapshot();
  take_first();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(first(storage_->latest()), kTaken + 1);
    EXPECT_EQ(first(storage_->at(before)), 1U);
  }
  EXPECT_EQ(slow_seeks(), 1U);
}

// However often the reader of an older state meets what is known, others go on passing over it.
TEST_F(DeadKeysTest, WhatIsKnownIsNotMadeAnew) {
  put_all();
  const Snapshot before = storage_->snapshot();
  {
    WriteUnit unit;
    for (RecordId id = 1; id <= kTaken / 2; ++id) unit.remove(Family::kDoc, RecordKey(5, id));
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
  const Snapshot between = storage_->snapshot();
  take_first();
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  const KeyspaceRange range(5);
  KeyCursor open = storage_->latest().scan(Family::kDoc, range.range());
  for (int i = 0; i < 3; ++i) {
    put(kRows + 1);
    EXPECT_EQ(first(storage_->at(between)), kTaken / 2 + 1);
    open.seek_first();
    EXPECT_EQ(record_id_of(open.key()), kTaken + 1);
  }
  EXPECT_EQ(first(storage_->at(before)), 1U);
  EXPECT_EQ(storage_->statistics().dead_ranges, 1U);
  EXPECT_EQ(slow_seeks(), 4U);
}

TEST_F(DeadKeysTest, WhatIsPutThereIsFound) {
  put_all();
  take_first();
  EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  for (const RecordId id : {RecordId{3000}, RecordId{4999}, RecordId{1}, RecordId{2}}) {
    const Snapshot before = storage_->snapshot();
    put(id);
    EXPECT_EQ(first(storage_->latest()), id);
    EXPECT_EQ(first(storage_->at(before)), kTaken + 1);
    remove(id);
    EXPECT_EQ(first(storage_->latest()), kTaken + 1);
  }
}

TEST_F(DeadKeysTest, GoingBackwardToo) {
  put_all();
  WriteUnit unit;
  for (RecordId id = 1001; id <= kRows; ++id) unit.remove(Family::kDoc, RecordKey(5, id));
  ASSERT_TRUE(storage_->commits().commit(unit).ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first(storage_->latest(), Direction::kBackward), 1000U);
  EXPECT_EQ(slow_seeks(), 1U);
  put(4000);
  EXPECT_EQ(first(storage_->latest(), Direction::kBackward), 4000U);
  put(kRows);
  EXPECT_EQ(first(storage_->latest(), Direction::kBackward), kRows);
  remove(kRows);
  remove(4000);
  EXPECT_EQ(first(storage_->latest(), Direction::kBackward), 1000U);
}

// Every seek answers as a set does, whatever was taken, put and seen before.
TEST_F(DeadKeysTest, AnswersAsASetDoes) {
  put_all();
  std::set<RecordId> there;
  for (RecordId id = 1; id <= kRows; ++id) there.insert(id);
  std::mt19937 random(7);
  const auto any = [&] { return RecordId{random() % kRows + 1}; };
  for (int round = 0; round < 60; ++round) {
    WriteUnit unit;
    const RecordId from = any();
    for (RecordId id = from; id < from + 2500 && id <= kRows; ++id) {
      unit.remove(Family::kDoc, RecordKey(5, id));
      there.erase(id);
    }
    for (int i = 0; i < 3; ++i) {
      const RecordId id = any();
      unit.put(Family::kDoc, RecordKey(5, id), "row");
      there.insert(id);
    }
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
    for (int i = 0; i < 20; ++i) {
      const RecordId id = any();
      const KeyspaceRange range(5);
      const RecordKey key(5, id);
      KeyCursor up = storage_->latest().scan(Family::kDoc, range.range());
      up.seek(key.view());
      const auto above = there.lower_bound(id);
      ASSERT_EQ(up.valid(), above != there.end());
      if (up.valid()) {
        ASSERT_EQ(record_id_of(up.key()), *above);
      }
      KeyCursor down =
          storage_->latest().scan(Family::kDoc, range.range(), {.direction = Direction::kBackward});
      down.seek(key.view());
      const auto below = there.upper_bound(id);
      ASSERT_EQ(down.valid(), below != there.begin());
      if (down.valid()) {
        ASSERT_EQ(record_id_of(down.key()), *std::prev(below));
      }
    }
  }
  EXPECT_GT(storage_->statistics().dead_ranges, 5U);
}

// Whoever has put a row finds it at once, while others note what is dead around it.
TEST_F(DeadKeysTest, OwnRowsAreFoundBesideThoseWhoNote) {
  put_all();
  take_first();
  std::atomic<bool> stop = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!stop) EXPECT_LE(first(storage_->latest()), kTaken + 1);
    });
  }
  std::vector<std::jthread> writers;
  for (RecordId which = 0; which < 2; ++which) {
    writers.emplace_back([&, which] {
      std::mt19937 random(static_cast<unsigned>(which));
      for (int round = 0; round < 400; ++round) {
        const RecordId id = 2 * (random() % (kTaken / 2)) + which + 1;
        put(id);
        const RecordKey key(5, id);
        const KeyspaceRange range(5);
        KeyCursor cursor = storage_->latest().scan(Family::kDoc, range.range());
        cursor.seek(key.view());
        ASSERT_TRUE(cursor.valid());
        ASSERT_EQ(record_id_of(cursor.key()), id);
        EXPECT_LE(first(storage_->latest()), id);
        remove(id);
      }
    });
  }
  writers.clear();
  stop = true;
}

}  // namespace
}  // namespace cairn
