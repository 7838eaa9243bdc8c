// The store on a disk that fails, loses power and flips bits.
//
// Counts are small so that a run takes seconds; CAIRN_FAULT_ROUNDS multiplies them. Seeds are
// printed with a failure.
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "tests/storage/faulty_file_system.h"
#include "tests/storage/scratch.h"

namespace cairn {
namespace {

std::uint32_t rounds(std::uint32_t usual) {
  const char* factor = std::getenv("CAIRN_FAULT_ROUNDS");
  return factor == nullptr ? usual : usual * static_cast<std::uint32_t>(std::atoi(factor));
}

StorageOptions on(const std::shared_ptr<FaultyFileSystem>& disk) {
  return {.memory_bytes = 16 << 20,
          .sync_interval_ms = 5,
          .maintenance_interval_ms = 20,
          .file_system = disk};
}

// Document i of the workload, with its index entry and its oplog row: what must be there together
// or not at all.
Result<CommitReceipt> commit_document(Storage& storage, RecordId id) {
  const auto counters = storage.counters().get(1);
  WriteUnit unit;
  const std::string value = "document " + std::to_string(id) + std::string(id % 700, 'x');
  unit.put(Family::kDoc, RecordKey(1, id), value);
  unit.put(Family::kIdx, RecordKey(2, id), "entry");
  unit.change({.kind = ChangeKind::kInsert, .keyspace = 1, .name = "a.b", .document = value});
  unit.count(*counters, {.documents = 1, .bytes = 1, .highest_record_id = id});
  return storage.commits().commit(unit);
}

// The store holds documents 1..n, whole, counted and in an oplog without holes. Returns n.
RecordId check_consistent(Storage& storage) {
  RecordId documents = 0;
  KeyCursor cursor = storage.latest().scan(Family::kDoc, KeyspaceRange(1).range());
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    EXPECT_EQ(record_id_of(cursor.key()), ++documents);
    EXPECT_EQ(value_of(storage.latest(), Family::kIdx, RecordKey(2, documents)), "entry");
  }
  EXPECT_OK(cursor.status());
  EXPECT_EQ(storage.counters().get(1)->documents(), static_cast<std::int64_t>(documents));
  const OplogRows oplog = read_oplog(storage.latest());
  EXPECT_EQ(oplog.rows.size(), documents);
  OpNumber previous = 0;
  for (const ChangeRow& row : oplog.rows) {
    EXPECT_EQ(row.previous_op, previous);
    previous = row.op;
  }
  EXPECT_OK(storage.verify_checksums());
  return documents;
}

TEST(PowerLoss, WhatWasSyncedIsThereAndNothingIsTorn) {
  for (std::uint32_t seed = 1; seed <= rounds(8); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const ScratchDirectory scratch;
    const auto disk = std::make_shared<FaultyFileSystem>();
    RecordId written = 0;
    for (int life = 0; life < 3; ++life) {
      RecordId synced = 0;
      {
        auto opened = Storage::open(scratch.path(), on(disk));
        ASSERT_TRUE(opened.ok()) << "life " << life << ": " << opened.status().to_string();
        Storage& storage = **opened;
        written = synced = check_consistent(storage);
        disk->cut_power_at_sync(1 + random() % 30);
        while (!disk->powerless()) {
          const auto receipt = commit_document(storage, written + 1);
          ASSERT_TRUE(receipt.ok());
          ++written;
          if (random() % 8 == 0) {
            ASSERT_OK(storage.syncer().wait_durable(receipt->last_op));
            if (!disk->powerless()) synced = written;
          }
          if (random() % 40 == 0) {
            ASSERT_OK(storage.flush());
          }
          if (written % 1000 == 0) disk->cut_power();
        }
        // What runs on without power must not count as synced.
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(commit_document(storage, ++written).ok());
      }
      disk->lose_unsynced(random());
      auto reopened = Storage::open(scratch.path(), on(disk));
      ASSERT_TRUE(reopened.ok()) << "life " << life << ": " << reopened.status().to_string();
      EXPECT_GE(check_consistent(**reopened), synced);
    }
  }
}

// Every operation on the disk fails once, one after another: an error is reported or survived,
// nothing acknowledged is lost.
TEST(IoErrors, TheNthOperationFails) {
  std::uint64_t operations = 0;
  const std::uint64_t step = rounds(1) > 1 ? 1 : 5;
  for (std::uint64_t nth = 1; nth < 2000; nth += step) {
    SCOPED_TRACE("operation " + std::to_string(nth));
    const ScratchDirectory scratch;
    const auto disk = std::make_shared<FaultyFileSystem>();
    disk->fail_at(nth, 1, false);
    RecordId acknowledged = 0;
    RecordId tried = 0;
    if (auto opened = Storage::open(scratch.path(), on(disk)); opened.ok()) {
      Storage& storage = **opened;
      for (RecordId id = 1; id <= 12; ++id) {
        if (id == 6) static_cast<void>(storage.flush());
        const auto receipt = commit_document(storage, ++tried);
        if (!receipt.ok()) break;
        const Status durable = storage.syncer().wait_durable(receipt->last_op);
        if (durable.ok()) acknowledged = tried;
      }
    }
    operations = disk->operations();
    disk->heal();
    auto reopened = Storage::open(scratch.path(), on(disk));
    ASSERT_TRUE(reopened.ok()) << reopened.status().to_string();
    EXPECT_GE(check_consistent(**reopened), acknowledged);
    if (nth > operations) break;  // the whole run had no failure: all places are tried
  }
  EXPECT_GT(operations, 50U);
}

void fill_up_and_recover() {
  const ScratchDirectory scratch;
  const auto disk = std::make_shared<FaultyFileSystem>();
  auto storage = open_storage(scratch.path(), on(disk));
  for (RecordId id = 1; id <= 10; ++id) ASSERT_TRUE(commit_document(*storage, id).ok());
  disk->fail_at(1, UINT64_MAX, true);
  Status refused;
  for (int i = 0; i < 100 && refused.ok(); ++i) refused = commit_document(*storage, 11).status();
  EXPECT_EQ(refused.code(), ErrorCode::kOutOfDiskSpace) << refused.to_string();
  const Status again = commit_document(*storage, 11).status();
  EXPECT_EQ(again.code(), ErrorCode::kOutOfDiskSpace) << again.to_string();
  EXPECT_FALSE(storage->health().ok());
  EXPECT_TRUE(storage->statistics().read_only);
  EXPECT_EQ(value_of(storage->latest(), Family::kIdx, RecordKey(2, 10)),
            "entry");  // it still reads
  disk->heal();
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!storage->health().ok() && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_OK(storage->health());
  const auto receipt = commit_document(*storage, 11);
  ASSERT_TRUE(receipt.ok()) << receipt.status().to_string();
  ASSERT_OK(storage->syncer().wait_durable(receipt->last_op));
  storage.reset();
  storage = open_storage(scratch.path());
  EXPECT_EQ(check_consistent(*storage), 11U);
}

// More than once: RocksDB's recovery and the syncer run beside it.
TEST(IoErrors, AFullDiskMakesTheStoreReadOnlyUntilThereIsSpace) {
  for (std::uint32_t round = 0; round < rounds(8) && !HasFailure(); ++round) fill_up_and_recover();
}

// A flipped bit in any of RocksDB's files is an error at open, at the read or in verify_checksums,
// or has no effect at all; it is never wrong data. (A store that lost synced writes must not open.)
TEST(BitFlips, AreFoundInEveryFile) {
  const ScratchDirectory scratch;
  {
    auto storage = open_storage(scratch.path());
    for (RecordId id = 1; id <= 200; ++id) ASSERT_TRUE(commit_document(*storage, id).ok());
    WriteUnit large;  // a blob file
    large.put(Family::kDoc, RecordKey(9, 1), std::string(100'000, 'L'));
    ASSERT_TRUE(storage->commits().commit(large).ok());
    ASSERT_OK(storage->flush());
    for (RecordId id = 201; id <= 250; ++id) ASSERT_TRUE(commit_document(*storage, id).ok());
    ASSERT_OK(storage->close());
  }
  std::map<std::string, int> found;
  std::mt19937 random(7);
  for (const auto& entry : std::filesystem::directory_iterator(scratch.file("rocks"))) {
    const std::string name = entry.path().filename().string();
    const std::string kind = name.find('-') != std::string::npos
                                 ? name.substr(0, name.find('-'))
                                 : entry.path().extension().string();
    if (name.starts_with("LOG") || name == "LOCK" || name == "IDENTITY" || kind == "OPTIONS")
      continue;
    const std::uint64_t size = entry.file_size();
    for (std::uint32_t flip = 0; flip < rounds(6) && size != 0; ++flip) {
      const ScratchDirectory other;
      const std::string copy = other.file("copy");
      std::filesystem::copy(scratch.path(), copy, std::filesystem::copy_options::recursive);
      const std::uint64_t at = random() % size;
      SCOPED_TRACE(name + " byte " + std::to_string(at) + " of " + std::to_string(size));
      {
        std::fstream file(copy + "/rocks/" + name, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const char byte = static_cast<char>(file.get());
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(byte ^ (1 << (random() % 8))));
      }
      auto opened = Storage::open(copy, {.memory_bytes = 16 << 20});
      if (!opened.ok() || !(*opened)->verify_checksums().ok()) {
        ++found[kind.empty() ? name : kind];
        continue;
      }
      EXPECT_EQ(check_consistent(**opened), 250U);
    }
  }
  EXPECT_GT(found[".sst"], 0);
  EXPECT_GT(found[".blob"], 0);
  EXPECT_GT(found[".log"], 0);
  EXPECT_GT(found["MANIFEST"], 0);
  EXPECT_GT(found["CURRENT"], 0);
}

}  // namespace
}  // namespace cairn
