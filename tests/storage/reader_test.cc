#include "engine/storage/reader.h"

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

class ReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    storage_ = open_in_memory();
    WriteUnit unit;
    for (RecordId id = 1; id <= 100; ++id) {
      unit.put(Family::kDoc, RecordKey(5, id), "five " + std::to_string(id));
      unit.put(Family::kDoc, RecordKey(6, id), "six " + std::to_string(id));
    }
    unit.put(Family::kDoc, RecordKey(5, 50),
             std::string(200'000, 'L'));  // large: a blob once flushed
    ASSERT_TRUE(storage_->commits().commit(unit).ok());
  }

  std::vector<RecordId> ids(const Reader& reader, KeyRange range, ScanOptions options = {}) {
    std::vector<RecordId> found;
    KeyCursor cursor = reader.scan(Family::kDoc, range, options);
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      found.push_back(record_id_of(cursor.key()));
    }
    EXPECT_OK(cursor.status());
    return found;
  }

  std::unique_ptr<Storage> storage_;
};

TEST_F(ReaderTest, GetsFromMemtablesAndFiles) {
  for (int round = 0; round < 2; ++round) {
    const Reader reader = storage_->latest();
    EXPECT_EQ(value_of(reader, Family::kDoc, RecordKey(5, 1)), "five 1");
    EXPECT_EQ(value_of(reader, Family::kDoc, RecordKey(5, 50)).size(), 200'000U);
    EXPECT_EQ(value_of(reader, Family::kDoc, RecordKey(5, 101)), "(none)");
    EXPECT_EQ(value_of(reader, Family::kIdx, RecordKey(5, 1)), "(none)");
    ASSERT_OK(storage_->flush());
  }
}

TEST_F(ReaderTest, PinnedValuesMoveWithTheirBytes) {
  PinnedValue a;
  ASSERT_TRUE(storage_->latest().get(Family::kDoc, RecordKey(5, 1), a).ok());
  PinnedValue b = std::move(a);
  EXPECT_EQ(b.view(), "five 1");
  EXPECT_FALSE(a.found());  // NOLINT: moved-from on purpose
  a = std::move(b);
  EXPECT_EQ(a.view(), "five 1");
  ASSERT_TRUE(storage_->latest().get(Family::kDoc, RecordKey(5, 999), a).ok());
  EXPECT_FALSE(a.found());
  EXPECT_TRUE(a.view().empty());
}

TEST_F(ReaderTest, MultiGetKeepsOrderAndGaps) {
  std::vector<RecordKey> keys;
  for (RecordId id = 1; id <= 200; ++id) keys.emplace_back(5, id);
  std::vector<std::string_view> views(keys.begin(), keys.end());
  std::vector<PinnedValue> values(keys.size());
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK(storage_->latest().multi_get(Family::kDoc, views, values));
    for (RecordId id = 1; id <= 200; ++id) {
      EXPECT_EQ(values[id - 1].found(), id <= 100) << id;
      if (id <= 100 && id != 50) {
        EXPECT_EQ(values[id - 1].view(), "five " + std::to_string(id));
      }
    }
    EXPECT_EQ(values[49].size(), 200'000U);
    ASSERT_OK(storage_->flush());
  }
}

TEST_F(ReaderTest, ScansStayInTheirRange) {
  const KeyspaceRange five(5);
  const auto forward = ids(storage_->latest(), five.range());
  ASSERT_EQ(forward.size(), 100U);
  EXPECT_EQ(forward.front(), 1U);
  auto backward = ids(storage_->latest(), five.range(), {.direction = Direction::kBackward});
  std::reverse(backward.begin(), backward.end());
  EXPECT_EQ(backward, forward);
  EXPECT_TRUE(ids(storage_->latest(), KeyspaceRange(7).range()).empty());
}

TEST_F(ReaderTest, SeeksAreClampedToTheRange) {
  const RecordKey lower(5, 10);
  const RecordKey upper(5, 20);
  KeyCursor up = storage_->latest().scan(Family::kDoc, {lower, upper});
  up.seek(RecordKey(5, 1));
  EXPECT_EQ(record_id_of(up.key()), 10U);
  up.seek(RecordKey(5, 15));
  EXPECT_EQ(record_id_of(up.key()), 15U);
  up.seek(RecordKey(5, 20));
  EXPECT_FALSE(up.valid());
  KeyCursor down =
      storage_->latest().scan(Family::kDoc, {lower, upper}, {.direction = Direction::kBackward});
  down.seek(RecordKey(6, 1));
  EXPECT_EQ(record_id_of(down.key()), 19U);
  down.seek(RecordKey(5, 15));
  EXPECT_EQ(record_id_of(down.key()), 15U);
  down.seek(RecordKey(5, 9));
  EXPECT_FALSE(down.valid());
  EXPECT_OK(down.status());
}

TEST_F(ReaderTest, ASnapshotDoesNotMove) {
  const Snapshot snapshot = storage_->snapshot();
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(5, 1), "new");
  unit.remove(Family::kDoc, RecordKey(5, 2));
  unit.put(Family::kDoc, RecordKey(5, 101), "more");
  const auto receipt = storage_->commits().commit(unit);
  ASSERT_TRUE(receipt.ok());
  EXPECT_GT(receipt->sequence, snapshot.sequence());
  EXPECT_EQ(value_of(storage_->at(snapshot), Family::kDoc, RecordKey(5, 1)), "five 1");
  EXPECT_EQ(value_of(storage_->latest(), Family::kDoc, RecordKey(5, 1)), "new");
  EXPECT_EQ(ids(storage_->at(snapshot), KeyspaceRange(5).range()).size(), 100U);
  EXPECT_EQ(value_of(storage_->latest(), Family::kDoc, RecordKey(5, 2)), "(none)");
  EXPECT_EQ(storage_->snapshot().sequence(), receipt->sequence);
}

// Loaded rows have no sequence number, as a new store has none.
TEST(ReaderOfANewStoreTest, ItsFirstSnapshotTakesNoLoadedRowsAway) {
  const std::unique_ptr<Storage> storage = open_in_memory();
  const Snapshot first = storage->snapshot();
  EXPECT_GT(first.sequence(), 0U);
  constexpr RecordId kLoaded = 100;
  BulkLoad load = storage->bulk_load(Family::kDoc);
  for (RecordId id = 1; id <= kLoaded; ++id) {
    ASSERT_OK(load.add(RecordKey(9, id).view(), "loaded"));
  }
  ASSERT_OK(load.finish());
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(9, 50), "written");
  ASSERT_TRUE(storage->commits().commit(unit).ok());
  ASSERT_OK(storage->flush());
  const KeyspaceRange range(9);
  ASSERT_OK(storage->compact(Family::kDoc, range.range()));
  KeyCursor rows = storage->latest().scan(Family::kDoc, range.range());
  RecordId count = 0;
  for (rows.seek_first(); rows.valid(); rows.next()) ++count;
  EXPECT_OK(rows.status());
  EXPECT_EQ(count, kLoaded);
}

}  // namespace
}  // namespace cairn
