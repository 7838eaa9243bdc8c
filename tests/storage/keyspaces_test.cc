// Dropped keyspaces: given back, merged, and without cost for who reads meanwhile.
#include "engine/storage/keyspaces.h"

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

void fill(Storage& storage, Keyspace keyspace, RecordId count, const std::string& value = "v") {
  WriteUnit unit;
  for (RecordId id = 1; id <= count; ++id) unit.put(Family::kDoc, RecordKey(keyspace, id), value);
  unit.put(Family::kIdx, KeyspaceKey(keyspace), "entry");
  ASSERT_TRUE(storage.commits().commit(unit).ok());
}

void drop(Storage& storage, Keyspace first, std::uint32_t count = 1) {
  WriteUnit unit;
  Keyspaces::drop(unit, first, count);
  ASSERT_TRUE(storage.commits().commit(unit).ok());
  storage.keyspaces().dropped(first, count);
}

std::size_t keys(const Storage& storage, Family family, KeyRange range = {}) {
  std::size_t count = 0;
  KeyCursor cursor = storage.latest().scan(family, range);
  for (cursor.seek_first(); cursor.valid(); cursor.next()) ++count;
  EXPECT_OK(cursor.status());
  return count;
}

TEST(Keyspaces, AreNeverGivenTwice) {
  const ScratchDirectory scratch;
  Keyspace highest = 0;
  for (int run = 0; run < 3; ++run) {
    auto storage = open_storage(scratch.path(), {.keyspaces = {.reserve = 4}});
    for (int i = 0; i < 10; ++i) {
      auto first = storage->keyspaces().allocate(3);
      ASSERT_TRUE(first.ok());
      EXPECT_GT(*first, highest);
      highest = *first + 2;
    }
  }
}

TEST(Keyspaces, DroppedOnesAreEmptiedAndNeighboursStay) {
  for (const RecordId size : {RecordId{3}, RecordId{2000}}) {  // key by key, by range
    auto storage = open_in_memory();
    for (Keyspace keyspace = 10; keyspace < 20; ++keyspace) fill(*storage, keyspace, size);
    drop(*storage, 12);
    drop(*storage, 14, 2);
    drop(*storage, 13);
    EXPECT_EQ(storage->keyspaces().pending(), 4U);
    ASSERT_OK(storage->maintain());
    EXPECT_EQ(storage->keyspaces().pending(), 0U);
    EXPECT_EQ(keys(*storage, Family::kDoc), 6 * size);
    EXPECT_EQ(keys(*storage, Family::kIdx), 6U);
    EXPECT_EQ(keys(*storage, Family::kDoc, KeyspaceRange(11).range()), size);
    EXPECT_EQ(keys(*storage, Family::kDoc, KeyspaceRange(16).range()), size);
    EXPECT_EQ(keys(*storage, Family::kMeta, {"D", "E"}), 0U);
  }
}

TEST(Keyspaces, ADropSurvivesARestartBeforeItIsReaped) {
  const ScratchDirectory scratch;
  {
    auto storage = open_storage(scratch.path(), {.maintenance_interval_ms = 3'600'000});
    fill(*storage, 5, 1000);
    drop(*storage, 5);
  }
  auto storage = open_storage(scratch.path(), {.maintenance_interval_ms = 3'600'000});
  EXPECT_EQ(storage->keyspaces().pending(), 1U);
  ASSERT_OK(storage->maintain());
  EXPECT_EQ(keys(*storage, Family::kDoc), 0U);
}

TEST(Keyspaces, ManyLargeRunsTakeSeveralPasses) {
  auto storage = open_in_memory({.keyspaces = {.max_range_removals = 4, .small_run_keys = 8}});
  for (Keyspace keyspace = 1; keyspace <= 20; ++keyspace) {
    fill(*storage, keyspace, 20);
    if (keyspace % 2 == 0) drop(*storage, keyspace);
  }
  int passes = 0;
  while (storage->keyspaces().pending() != 0 && passes < 20) {
    ASSERT_OK(storage->maintain());
    ++passes;
  }
  EXPECT_EQ(passes, 3);
  EXPECT_EQ(keys(*storage, Family::kDoc), 200U);
}

TEST(Keyspaces, DroppedDataLeavesNoFiles) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path(), {.maintenance_interval_ms = 3'600'000});
  for (Keyspace keyspace = 1; keyspace <= 8; ++keyspace) {
    fill(*storage, keyspace, 1000, std::string(1000, 'x'));
  }
  ASSERT_OK(storage->flush());
  EXPECT_GT(storage->statistics().files[static_cast<int>(Family::kDoc)], 0U);
  drop(*storage, 1, 8);
  ASSERT_OK(storage->maintain());  // removes
  ASSERT_OK(storage->maintain());  // idle: compacts
  EXPECT_EQ(storage->statistics().files[static_cast<int>(Family::kDoc)], 0U);
  EXPECT_EQ(storage->statistics().file_bytes[static_cast<int>(Family::kDoc)], 0U);
}

TEST(OplogTrimmer, KeepsTheOplogNearItsSizeAndTheNewestRows) {
  const ScratchDirectory scratch;
  constexpr std::uint64_t kLimit = 4 << 20;
  auto storage = open_storage(
      scratch.path(),
      {.memory_bytes = 16 << 20, .oplog_bytes = kLimit, .maintenance_interval_ms = 3'600'000});
  std::string noise(4096, 'x');
  OpNumber last = 0;
  for (int i = 0; i < 8000; ++i) {
    for (std::size_t at = 0; at < noise.size(); at += 3) noise[at] = static_cast<char>(rand());
    WriteUnit unit;
    unit.change({.kind = ChangeKind::kInsert, .name = "a.b", .document = noise});
    last = storage->commits().commit(unit)->last_op;
    if (i % 250 != 0) continue;
    ASSERT_OK(storage->maintain());
  }
  ASSERT_OK(storage->flush());
  ASSERT_OK(storage->compact(Family::kOplog, {}));
  ASSERT_OK(storage->maintain());
  EXPECT_GT(storage->oplog_start(), 0U);
  const OpKey start(storage->oplog_start());
  KeyCursor rows = storage->latest().scan(Family::kOplog, {start, {}});
  OpNumber previous = 0;
  for (rows.seek_first(); rows.valid(); rows.next()) {
    const auto row = decode_change(rows.key(), rows.value());
    ASSERT_TRUE(row.ok());
    if (previous != 0) {
      ASSERT_EQ(row->previous_op, previous);
    }
    previous = row->op;
  }
  EXPECT_OK(rows.status());
  EXPECT_EQ(previous, last);
  // 32 MB went in. A file more than the limit, and level 0, may be there.
  EXPECT_LT(storage->statistics().file_bytes[static_cast<int>(Family::kOplog)], 4 * kLimit);
  const OpNumber kept = storage->oplog_start();
  rows = KeyCursor();  // nothing of a storage may outlive it
  storage.reset();
  EXPECT_EQ(open_storage(scratch.path())->oplog_start(), kept);
}

TEST(OplogTrimmer, KeepsWhatIsYoungWhateverItsSize) {
  const ScratchDirectory scratch;
  std::int64_t now = 1'700'000'000'000;
  auto storage = open_storage(scratch.path(), {.memory_bytes = 16 << 20,
                                               .oplog_bytes = 1 << 20,
                                               .oplog_min_hours = 0.5,
                                               .maintenance_interval_ms = 3'600'000,
                                               .clock = [&now] { return now; }});
  std::string noise(4096, 'x');
  const auto write = [&] {
    for (int i = 0; i < 1000; ++i) {
      for (std::size_t at = 0; at < noise.size(); at += 3) noise[at] = static_cast<char>(rand());
      WriteUnit unit;
      unit.change({.kind = ChangeKind::kInsert, .name = "a.b", .document = noise});
      ASSERT_TRUE(storage->commits().commit(unit).ok());
    }
    ASSERT_OK(storage->flush());
  };
  write();
  ASSERT_OK(storage->compact(Family::kOplog, {}));
  ASSERT_OK(storage->maintain());
  EXPECT_EQ(storage->oplog_start(), 0U);
  now += 31 * 60 * 1000;
  write();  // files of its own: those that hold old rows only may go
  ASSERT_OK(storage->maintain());
  EXPECT_GT(storage->oplog_start(), 0U);
}

}  // namespace
}  // namespace cairn
