// What a data directory may be, and what Storage::open says of one that is not.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "engine/storage/data_directory.h"
#include "tests/storage/scratch.h"

namespace cairn {
namespace {

Status open_status(const std::string& path, StorageOptions options = {}) {
  options.memory_bytes = 32 << 20;
  return Storage::open(path, options).status();
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Directory, ASecondStorageIsRefusedAndToldWho) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path());
  const Status refused = open_status(scratch.path());
  EXPECT_EQ(refused.code(), ErrorCode::kDBPathInUse);
  EXPECT_NE(refused.message().find(std::to_string(getpid())), std::string_view::npos);
  EXPECT_EQ(open_status(scratch.path(), {.read_only = true}).code(), ErrorCode::kDBPathInUse);
  storage.reset();
  EXPECT_OK(open_status(scratch.path()));
}

TEST(Directory, ASecondProcessIsRefused) {
  const ScratchDirectory scratch;
  auto storage = open_storage(scratch.path());
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Only the lock is tried: a forked copy of a process with threads must not do more.
    const int file = open(scratch.file("cairn.lock").c_str(), O_RDWR);
    _exit(file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Directory, MissingIsCreatedOrRefused) {
  const ScratchDirectory scratch;
  EXPECT_EQ(open_status(scratch.file("new"), {.create_if_missing = false}).code(),
            ErrorCode::kNonExistentPath);
  EXPECT_EQ(open_status(scratch.file("new"), {.read_only = true}).code(),
            ErrorCode::kNonExistentPath);
  EXPECT_EQ(open_status(scratch.file("a/b")).code(), ErrorCode::kNonExistentPath);
  EXPECT_OK(open_status(scratch.file("new")));
  EXPECT_OK(open_status(scratch.file("new"), {.create_if_missing = false}));
}

TEST(Directory, WhatIsNotOursIsLeftAlone) {
  const ScratchDirectory scratch;
  write_file(scratch.file("important.txt"), "not a database");
  const Status refused = open_status(scratch.path());
  EXPECT_EQ(refused.code(), ErrorCode::kInvalidOptions);
  EXPECT_NE(refused.message().find("important.txt"), std::string_view::npos);
  EXPECT_FALSE(std::filesystem::exists(scratch.file("rocks")));
  write_file(scratch.file("file"), "x");
  EXPECT_EQ(open_status(scratch.file("file")).code(), ErrorCode::kInvalidOptions);
}

TEST(Directory, ANewerFormatIsRefused) {
  const ScratchDirectory scratch;
  EXPECT_OK(open_status(scratch.path()));
  write_file(scratch.file("CAIRN"), encode_identity(kFormatVersion + 1, {}, 0));
  const Status refused = open_status(scratch.path());
  EXPECT_EQ(refused.code(), ErrorCode::kInvalidOptions);
  EXPECT_NE(refused.message().find("newer"), std::string_view::npos);
}

TEST(Directory, AFlippedBitInOurOwnFilesIsFound) {
  const ScratchDirectory scratch;
  EXPECT_OK(open_status(scratch.path()));
  for (const char* name : {"CAIRN", "WATERMARK"}) {
    const std::string path = scratch.file(name);
    const std::string good = read_file(path);
    ASSERT_GT(good.size(), 16U);
    for (std::size_t bit = 0; bit < good.size() * 8; bit += 5) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      write_file(path, bad);
      const Status refused = open_status(scratch.path());
      ASSERT_FALSE(refused.ok()) << name << " bit " << bit;
      EXPECT_NE(refused.message().find(name), std::string_view::npos) << refused.message();
    }
    write_file(path, good);
  }
  EXPECT_OK(open_status(scratch.path()));
}

TEST(Directory, ReadOnlyReadsAndRefusesWrites) {
  const ScratchDirectory scratch;
  {
    auto storage = open_storage(scratch.path());
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(1, 1), "doc");
    ASSERT_TRUE(storage->commits().commit(unit).ok());
  }
  auto first = open_storage(scratch.path(), {.read_only = true});
  auto second = open_storage(scratch.path(), {.read_only = true});
  EXPECT_EQ(value_of(first->latest(), Family::kDoc, RecordKey(1, 1)), "doc");
  EXPECT_EQ(value_of(second->latest(), Family::kDoc, RecordKey(1, 1)), "doc");
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 2), "doc");
  EXPECT_EQ(first->commits().commit(unit).status().code(), ErrorCode::kIllegalOperation);
  EXPECT_EQ(open_status(scratch.path()).code(), ErrorCode::kDBPathInUse);
}

TEST(Directory, ADirectoryThatCannotBeWrittenSaysSo) {
  const ScratchDirectory scratch;
  ASSERT_EQ(mkdir(scratch.file("closed").c_str(), 0555), 0);
  ASSERT_EQ(chmod(scratch.path().c_str(), 0755), 0);
  const bool root = geteuid() == 0;  // who may write everywhere: be somebody else for the moment
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  const Status inside = open_status(scratch.file("closed"));
  const Status below = open_status(scratch.file("closed/new"));
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_EQ(inside.code(), ErrorCode::kUnauthorized) << inside.to_string();
  EXPECT_EQ(below.code(), ErrorCode::kUnauthorized) << below.to_string();
  EXPECT_NE(inside.message().find("closed"), std::string_view::npos);
}

// The log of an older moment under the watermark of a newer one: what RocksDB itself cannot notice.
TEST(Directory, LostWritesAreALoudError) {
  const ScratchDirectory scratch;
  const ScratchDirectory older;
  OpNumber last = 0;
  {
    auto storage = open_storage(scratch.path());
    std::filesystem::copy(scratch.path(), older.file("copy"),
                          std::filesystem::copy_options::recursive);
    WriteUnit unit;
    unit.change({.kind = ChangeKind::kInsert, .name = "a.b", .document = "d"});
    last = storage->commits().commit(unit)->last_op;
    ASSERT_OK(storage->close());
  }
  std::filesystem::copy(scratch.file("WATERMARK"), older.file("copy/WATERMARK"),
                        std::filesystem::copy_options::overwrite_existing);
  const Status refused = open_status(older.file("copy"));
  EXPECT_FALSE(refused.ok());
  EXPECT_NE(refused.message().find("acknowledged writes are lost"), std::string_view::npos);
  {
    auto storage = open_storage(older.file("copy"), {.accept_data_loss = true});
    WriteUnit unit;
    unit.change({.kind = ChangeKind::kInsert, .name = "a.b", .document = "d"});
    EXPECT_GT(storage->commits().commit(unit)->last_op,
              last);  // numbers once given out stay given out
  }
  EXPECT_OK(open_status(older.file("copy")));
}

std::set<std::string> names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.insert(entry.path().filename());
  }
  return names;
}

// A store of several files, so that its manifest holds more than its beginning.
std::string make_flushed_store(const std::string& path) {
  auto storage = open_storage(path);
  for (RecordId id = 1; id <= 3; ++id) {
    WriteUnit unit;
    unit.put(Family::kDoc, RecordKey(1, id), "doc");
    unit.change({.kind = ChangeKind::kInsert, .name = "a.b", .document = "doc"});
    EXPECT_TRUE(storage->commits().commit(unit).ok());
    EXPECT_OK(storage->flush());
  }
  EXPECT_OK(storage->close());
  std::string current = read_file(path + "/rocks/CURRENT");
  current.pop_back();  // the line's end
  return path + "/rocks/" + current;
}

// RocksDB opens with a manifest that ends early, as with an older state, and removes what that does
// not name.
TEST(Manifest, ACutAnywhereIsFoundBeforeAnythingIsRemoved) {
  const ScratchDirectory scratch;
  const std::string manifest = make_flushed_store(scratch.path());
  const std::string good = read_file(manifest);
  const std::set<std::string> files = names_in(scratch.file("rocks"));
  ASSERT_GT(good.size(), 500U);
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
    std::filesystem::resize_file(manifest, bytes);
    const Status refused = open_status(scratch.path(), {.read_only = bytes % 2 == 0});
    ASSERT_FALSE(refused.ok()) << bytes << " of " << good.size() << " bytes";
    ASSERT_NE(refused.message().find(manifest), std::string_view::npos) << refused.message();
    write_file(manifest, good);
  }
  EXPECT_EQ(names_in(scratch.file("rocks")), files);
  auto storage = open_storage(scratch.path());
  for (RecordId id = 1; id <= 3; ++id) {
    EXPECT_EQ(value_of(storage->latest(), Family::kDoc, RecordKey(1, id)), "doc");
  }
}

TEST(Manifest, AFlippedBitAnywhereIsFound) {
  const ScratchDirectory scratch;
  const std::string manifest = make_flushed_store(scratch.path());
  const std::string good = read_file(manifest);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    write_file(manifest, bad);
    ASSERT_FALSE(open_status(scratch.path()).ok()) << "byte " << at;
  }
  write_file(manifest, good);
  EXPECT_OK(open_status(scratch.path()));
}

TEST(Manifest, AnOlderOneIsFoundAndANewerOneIsNot) {
  const ScratchDirectory scratch;
  const std::string older = make_flushed_store(scratch.path());
  const std::string older_bytes = read_file(older);
  const std::string watermark = read_file(scratch.file("WATERMARK"));
  EXPECT_OK(open_status(scratch.path()));  // each opening begins a manifest
  const std::string newer_watermark = read_file(scratch.file("WATERMARK"));
  write_file(scratch.file("WATERMARK"), watermark);  // as if killed before it was noted
  EXPECT_OK(open_status(scratch.path()));
  write_file(scratch.file("WATERMARK"), newer_watermark);
  write_file(older, older_bytes);
  write_file(scratch.file("rocks/CURRENT"),
             std::filesystem::path(older).filename().string() + "\n");
  const Status refused = open_status(scratch.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.message().find("older"), std::string_view::npos) << refused.message();
}

// Nothing is written any more, but a flush ends: the manifest is noted all the same.
TEST(Manifest, IsNotedWithoutWrites) {
  const ScratchDirectory scratch;
  auto storage = open_storage(
      scratch.path(), {.sync_interval_ms = 1'000'000, .maintenance_interval_ms = 1'000'000});
  const std::string before = read_file(scratch.file("WATERMARK"));
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 1), "doc");
  ASSERT_TRUE(storage->commits().commit(unit).ok());
  ASSERT_OK(storage->flush());
  EXPECT_NE(read_file(scratch.file("WATERMARK")), before);
}

}  // namespace
}  // namespace cairn
