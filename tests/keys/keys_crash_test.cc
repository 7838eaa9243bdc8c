// A process that writes keys and deletes what expires is killed at random moments: what it had
// acknowledged is there, its batches are whole, and every expiry has its key.
#include <cairn/database.h>

#include <csignal>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

constexpr int kRounds = 8;

std::unique_ptr<Database> open_database(const std::string& path) {
  auto opened = Database::open(path, {.memory_bytes = 32 << 20});
  return opened.ok() ? std::move(*opened) : nullptr;
}

// Counts two keys up together and tells each number once it is acknowledged. Never returns.
[[noreturn]] void write_for_ever(const std::string& path, int acknowledged) {
  const auto database = open_database(path);
  if (database == nullptr) _exit(1);
  for (std::int64_t i = 0;; ++i) {
    KeyBatch batch;
    const std::string soon = "soon" + std::to_string(i % 500);
    batch.increment("counts", "left", 1)
        .set("cache", soon, "value",
             {.expiry = Expiry::after(std::chrono::milliseconds(i % 40 + 1))})
        .increment("counts", "right", 1);
    const auto done = database->apply(batch);
    if (!done.ok() || !done->done) _exit(2);
    const std::int64_t number = done->outcomes[0].number;
    if (write(acknowledged, &number, sizeof number) != sizeof number) _exit(3);
  }
}

// The last number that the process told before it died.
std::int64_t run_and_kill(const std::string& path, std::chrono::milliseconds after) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    write_for_ever(path, ends[1]);
  }
  close(ends[1]);
  std::thread killer([child, after] {
    std::this_thread::sleep_for(after);
    kill(child, SIGKILL);
  });
  std::int64_t number = 0;
  std::int64_t last = 0;
  while (read(ends[0], &number, sizeof number) == sizeof number) last = number;
  close(ends[0]);
  killer.join();
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed with " << WEXITSTATUS(status);
  return last;
}

TEST(KeysCrash, WhatWasAcknowledgedIsThereAndBatchesAreWhole) {
  const ScratchDirectory scratch;
  std::mt19937 random(std::random_device{}());
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t told =
        run_and_kill(scratch.path(), std::chrono::milliseconds(300 + random() % 400));
    const auto database = open_database(scratch.path());
    ASSERT_NE(database, nullptr);
    KeyValue counts = database->key_value("counts");
    const auto left = counts.get("left");
    ASSERT_TRUE(left.ok());
    EXPECT_EQ(*left, *counts.get("right"));
    const std::int64_t stored = left->has_value() ? std::stoll(**left) : 0;
    EXPECT_GE(stored, told);
    const auto report = database->check();
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->problems.empty()) << report->problems.front();
  }
}

}  // namespace
}  // namespace cairn
