// A process that writes keys and deletes what expires is killed at random moments: what it had
// acknowledged is there, its batches are whole, documents agree with the keys that were written
// with them, and every expiry has its key.
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

KeyBatch counted(std::string_view name, std::int64_t by) {
  KeyBatch keys;
  keys.increment("counts", name, by);
  return keys;
}

// Keys that count what there is of documents: inserted, changed and removed with them.
bool write_with_documents(Database& database, std::int64_t number) {
  Collection jobs = database.collection("d", "jobs");
  KeyBatch added = counted("jobs", 1);
  added.set("cache", "latest", std::to_string(number));
  const auto inserted = jobs.insert(document("_id", number), {.keys = &added});
  if (!inserted.ok() || !inserted->keys.done) return false;
  const KeyBatch stepped = counted("steps", 1);
  const Document steps = document("_id", "steps");
  const Document step = document("$inc", document("n", std::int64_t{1}));
  const auto updated =
      database.collection("d", "totals")
          .update({.filter = steps, .update = step.view().as_value(), .upsert = true},
                  {.keys = &stepped});
  if (!updated.ok() || !updated->keys.done) return false;
  if (number % 3 != 0) return true;
  const KeyBatch gone = counted("jobs", -1);
  const Document oldest = document("_id", number - 1);
  return jobs.remove({.filter = oldest}, {.keys = &gone}).ok();
}

constexpr std::size_t kKeysOfDay = 100;

// A space of many keys that begins and ends.
bool begin_and_drop(Database& database) {
  KeyBatch many;
  for (std::size_t i = 0; i < kKeysOfDay; ++i) {
    many.set("day", "k" + std::to_string(i), "", {.expiry = Expiry::after(std::chrono::hours(1))});
  }
  return database.apply(many).ok() && *database.key_value("day").drop();
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
    if (!write_with_documents(*database, number)) _exit(4);
    if (i % 7 == 0 && !begin_and_drop(*database)) _exit(5);
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

std::int64_t number_of(Database& database, std::string_view name) {
  const auto value = database.key_value("counts").get(name);
  return value.ok() && value->has_value() ? std::stoll(**value) : 0;
}

void expect_documents_agree(Database& database) {
  const Collection jobs = database.collection("d", "jobs");
  EXPECT_EQ(*jobs.count(), number_of(database, "jobs"));
  const Document newest = document("_id", -1);
  const auto last = jobs.find_one({}, {.sort = newest});
  ASSERT_TRUE(last.ok());
  const auto latest = database.key_value("cache").get("latest");
  ASSERT_EQ(last->has_value(), latest->has_value());
  if (last->has_value()) {
    EXPECT_EQ(std::to_string((**last)["_id"].as_int64()), **latest);
  }
  const auto steps = database.collection("d", "totals").find_one();
  const std::int64_t stepped = steps->has_value() ? (**steps)["n"].to_int64_clamped() : 0;
  EXPECT_EQ(stepped, number_of(database, "steps"));
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
    expect_documents_agree(*database);
    const auto day = database->key_value("day").scan();
    ASSERT_TRUE(day.ok());
    EXPECT_EQ(day->entries.size() % kKeysOfDay, 0U);
    const auto report = database->check();
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->problems.empty()) << report->problems.front();
  }
}

}  // namespace
}  // namespace cairn
