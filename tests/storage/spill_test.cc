// Spilled data: what goes in comes out, nothing of it stays, a full disk is an error and damage is
// seen.
#include "engine/storage/spill_space.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

std::vector<std::string> read_run(const SpillFile& file, const SpillRun& run) {
  std::vector<std::string> records;
  SpillReader reader(file, run);
  while (true) {
    auto more = reader.next();
    EXPECT_TRUE(more.ok()) << more.status().to_string();
    if (!more.ok() || !*more) return records;
    records.emplace_back(reader.record());
  }
}

TEST(Spill, RunsComeBackAsTheyWereWritten) {
  const ScratchDirectory scratch;
  SpillSpace space({.path = scratch.file("spill"), .min_free_bytes = 0});
  auto file = space.create();
  ASSERT_TRUE(file.ok()) << file.status().to_string();
  const std::vector<std::string> first = {"", "a", std::string(3 * SpillFile::kBlockBytes, 'x'),
                                          "b"};
  for (const std::string& record : first) ASSERT_TRUE(file->append({record}).ok());
  auto one = file->finish_run();
  ASSERT_TRUE(one.ok());
  std::vector<std::string> second;
  for (int i = 0; i < 50'000; ++i) second.push_back("record " + std::to_string(i));
  for (const std::string& record : second) {
    ASSERT_TRUE(file->append({record.substr(0, 3), record.substr(3)}).ok());
  }
  auto two = file->finish_run();
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(one->records, first.size());
  EXPECT_EQ(read_run(*file, *two), second);
  EXPECT_EQ(read_run(*file, *one), first);
  EXPECT_EQ(space.bytes(), one->bytes + two->bytes);
  file->discard(*one);
  EXPECT_EQ(space.bytes(), two->bytes);
  EXPECT_EQ(read_run(*file, *two), second);
}

TEST(Spill, NothingStaysBehind) {
  const ScratchDirectory scratch;
  const std::string folder = scratch.file("spill");
  SpillSpace space({.path = folder, .min_free_bytes = 0});
  {
    auto file = space.create();
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->append({"record"}).ok());
    ASSERT_TRUE(file->finish_run().ok());
    EXPECT_GT(space.bytes(), 0U);
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "the file has no name";
  }
  EXPECT_EQ(space.bytes(), 0U);
}

TEST(Spill, WhatADeadProcessLeftIsRemovedAtOpen) {
  const ScratchDirectory scratch;
  open_storage(scratch.path());
  std::filesystem::create_directory(scratch.file("spill"));
  for (const char* name : {"spill/spill-AAAAAA", "spill/mine"}) {
    std::fclose(std::fopen(scratch.file(name).c_str(), "w"));
  }
  const auto storage = open_storage(scratch.path());
  EXPECT_FALSE(std::filesystem::exists(scratch.file("spill/spill-AAAAAA")));
  EXPECT_TRUE(std::filesystem::exists(scratch.file("spill/mine"))) << "only Cairn's own goes";
}

TEST(Spill, AFullDiskIsAnErrorOfTheQueryAlone) {
  const ScratchDirectory scratch;
  const auto storage = open_storage(scratch.path(), {.min_free_bytes_to_spill = UINT64_MAX});
  auto file = storage->spill().create();
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->append({"record"}).ok());
  const auto run = file->finish_run();
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.status().code(), ErrorCode::kOutOfDiskSpace) << run.status().to_string();
  EXPECT_TRUE(storage->health().ok());
}

}  // namespace
}  // namespace cairn
