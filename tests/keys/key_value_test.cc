// The public face: a database of its own, real time, reopened.
#include <cairn/database.h>

#include <thread>

#include "tests/storage/scratch.h"

namespace cairn {
namespace {

std::unique_ptr<Database> open_database(const std::string& path) {
  auto opened = Database::open(path, {.memory_bytes = 32 << 20});
  EXPECT_TRUE(opened.ok()) << opened.status().to_string();
  return opened.ok() ? std::move(*opened) : nullptr;
}

TEST(KeyValue, ALockIsFreedByItsOwnerOrByTime) {
  const ScratchDirectory scratch;
  const auto database = open_database(scratch.path());
  KeyValue locks = database->key_value("locks");
  const SetOptions take{.expiry = Expiry::after(std::chrono::hours(1)),
                        .condition = KeyCondition::kAbsent};
  EXPECT_TRUE(locks.set("job", "me", take)->done);
  const auto refused = locks.set("job", "you", take);
  EXPECT_FALSE(refused->done);
  EXPECT_EQ(refused->previous, "me");
  EXPECT_FALSE(*locks.remove("job", {.condition = KeyCondition::kEquals, .expected = "you"}));
  EXPECT_TRUE(*locks.remove("job", {.condition = KeyCondition::kEquals, .expected = "me"}));
  EXPECT_TRUE(locks.set("job", "you", take)->done);
}

TEST(KeyValue, LivesAndDiesAcrossARestart) {
  const ScratchDirectory scratch;
  auto database = open_database(scratch.path());
  KeyValue sessions = database->key_value("sessions");
  ASSERT_TRUE(
      sessions.set("short", "1", {.expiry = Expiry::after(std::chrono::milliseconds(50))})->done);
  ASSERT_TRUE(sessions.set("long", "2", {.expiry = Expiry::after(std::chrono::hours(1))})->done);
  ASSERT_TRUE(sessions.set("ever", "3")->done);
  EXPECT_EQ(*sessions.increment("visits"), 1);
  EXPECT_EQ(*sessions.increment("visits", 41), 42);
  database.reset();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  database = open_database(scratch.path());
  sessions = database->key_value("sessions");
  EXPECT_EQ(*sessions.get("short"), std::nullopt);
  EXPECT_EQ(*sessions.get("long"), "2");
  EXPECT_EQ(*sessions.get("visits"), "42");
  const auto life = sessions.life("long");
  ASSERT_TRUE(life->has_value());
  EXPECT_TRUE((*life)->expires);
  EXPECT_GT((*life)->remaining_ms, 3'000'000);
  EXPECT_FALSE((*sessions.life("ever"))->expires);
  EXPECT_TRUE(*sessions.persist("long"));
  EXPECT_FALSE((*sessions.life("long"))->expires);
  EXPECT_FALSE(*sessions.expire("nobody", Expiry::never()));
  const std::vector<std::string_view> keys = {"ever", "nobody", "long"};
  const auto values = sessions.get(keys);
  ASSERT_EQ(values->size(), 3U);
  EXPECT_EQ((*values)[0], "3");
  EXPECT_EQ((*values)[1], std::nullopt);
  EXPECT_EQ((*values)[2], "2");
  const auto report = database->check();
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->problems.empty()) << report->problems.front();
}

}  // namespace
}  // namespace cairn
