// A Reader over pending rows gives what it would give if they were committed.
#include "engine/storage/pending_rows.h"

#include <random>
#include <string>
#include <vector>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows scan(const Reader& reader, KeyRange range, Direction direction) {
  Rows rows;
  KeyCursor cursor = reader.scan(Family::kDoc, range, {.direction = direction});
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    rows.emplace_back(cursor.key(), cursor.value());
  }
  EXPECT_OK(cursor.status());
  return rows;
}

class PendingRowsTest : public testing::Test {
 protected:
  void SetUp() override { storage_ = open_in_memory(); }

  void commit(RecordId id, std::string_view value) {
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(1, id), value);
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }
  void put(RecordId id, std::string_view value) {
    unit_.put(Family::kDoc, RecordKey(1, id), value);
    note();
  }
  void remove(RecordId id) {
    unit_.remove(Family::kDoc, RecordKey(1, id));
    note();
  }
  void note() {
    const WriteUnit::Write& last = unit_.writes().back();
    pending_.set(last.family, last.key, {last.value, last.kind == WriteUnit::Write::Kind::kRemove});
  }
  Reader reader() const { return storage_->latest().with(pending_); }

  std::unique_ptr<Storage> storage_;
  WriteUnit unit_;
  PendingRows pending_;
  const KeyspaceRange all_{1};
};

TEST_F(PendingRowsTest, GetsWhatIsPendingFirst) {
  commit(1, "one");
  commit(2, "two");
  put(2, "second");
  put(3, "three");
  remove(1);
  EXPECT_EQ(value_of(reader(), Family::kDoc, RecordKey(1, 1)), "(none)");
  EXPECT_EQ(value_of(reader(), Family::kDoc, RecordKey(1, 2)), "second");
  EXPECT_EQ(value_of(reader(), Family::kDoc, RecordKey(1, 3)), "three");
  EXPECT_EQ(value_of(reader(), Family::kIdx, RecordKey(1, 3)), "(none)");
  EXPECT_FALSE(*reader().contains(Family::kDoc, RecordKey(1, 1)));
  EXPECT_EQ(value_of(storage_->latest(), Family::kDoc, RecordKey(1, 2)), "two");
}

TEST_F(PendingRowsTest, MultiGetMixesBoth) {
  commit(1, "one");
  commit(3, "three");
  put(2, "two");
  remove(3);
  const RecordKey keys[] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}};
  const std::vector<std::string_view> views(std::begin(keys), std::end(keys));
  std::vector<PinnedValue> values(views.size());
  ASSERT_OK(reader().multi_get(Family::kDoc, views, values));
  EXPECT_EQ(values[0].view(), "one");
  EXPECT_EQ(values[1].view(), "two");
  EXPECT_FALSE(values[2].found());
  EXPECT_FALSE(values[3].found());
}

TEST_F(PendingRowsTest, ARowPutWhileACursorStandsIsNoHarm) {
  commit(1, "one");
  commit(5, "five");
  put(3, "three");
  KeyCursor cursor = reader().scan(Family::kDoc, all_.range());
  cursor.seek_first();
  put(2, "two");
  remove(3);
  std::size_t steps = 0;
  for (; cursor.valid(); cursor.next()) ++steps;
  EXPECT_GE(steps, 2U);  // what is behind it: seen or not
  EXPECT_OK(cursor.status());
}

// Against a store in which the same was committed.
TEST_F(PendingRowsTest, RandomRowsReadAsIfTheyWereCommitted) {
  std::mt19937 random(20261126);
  const auto committed = open_in_memory();
  for (int round = 0; round < 60; ++round) {
    WriteUnit both;
    const RecordId id = random() % 40;
    const RecordKey key(1, id);
    const std::string value = "v" + std::to_string(round);
    const bool removes = random() % 3 == 0;
    if (removes) {
      both.remove(Family::kDoc, key);
    } else {
      both.put(Family::kDoc, key, value);
    }
    ASSERT_TRUE(committed->commits().commit(both).ok());
    if (round < 20) {
      ASSERT_TRUE(storage_->commits().commit(both).ok());
    } else if (removes) {
      remove(id);
    } else {
      put(id, value);
    }
    const RecordKey lower(1, random() % 40);
    const RecordKey upper(1, random() % 45);
    for (const KeyRange range : {all_.range(), KeyRange{lower.view(), upper.view()}}) {
      if (range.lower > range.upper) continue;
      for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
        EXPECT_EQ(scan(reader(), range, direction), scan(committed->latest(), range, direction));
        const RecordKey from(1, random() % 45);
        KeyCursor mine = reader().scan(Family::kDoc, range, {.direction = direction});
        KeyCursor theirs = committed->latest().scan(Family::kDoc, range, {.direction = direction});
        mine.seek(from);
        theirs.seek(from);
        ASSERT_EQ(mine.valid(), theirs.valid()) << "round " << round;
        if (mine.valid()) {
          EXPECT_EQ(mine.key(), theirs.key());
        }
      }
    }
  }
}

}  // namespace
}  // namespace cairn
