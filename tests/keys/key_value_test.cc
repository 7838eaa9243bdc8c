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

std::size_t count_keys(Database& database, std::string_view space) {
  const auto page = database.key_value(space).scan();
  EXPECT_TRUE(page.ok());
  return page.ok() ? page->entries.size() : 0;
}

TEST(KeyValue, ADroppedSpaceIsGoneAlsoAfterARestart) {
  const ScratchDirectory scratch;
  auto database = open_database(scratch.path());
  KeyBatch many;
  for (int i = 0; i < 100; ++i) {
    const std::string key = "k" + std::to_string(i);
    const Expiry expiry = i % 2 == 0 ? Expiry::never() : Expiry::after(std::chrono::hours(i + 1));
    many.set("gone", key, "1", {.expiry = expiry}).set("kept", key, "1", {.expiry = expiry});
  }
  ASSERT_TRUE(database->apply(many)->done);
  EXPECT_FALSE(*database->key_value("never there").drop());
  EXPECT_TRUE(*database->key_value("gone").drop({.durability = Durability::kSynced}));
  EXPECT_FALSE(*database->key_value("gone").drop());
  EXPECT_EQ(count_keys(*database, "gone"), 0U);
  EXPECT_EQ(count_keys(*database, "kept"), 100U);
  EXPECT_TRUE(database->check()->problems.empty());
  // It begins anew with the next key.
  EXPECT_EQ(*database->key_value("gone").get("k1"), std::nullopt);
  EXPECT_EQ(*database->key_value("gone").increment("k1"), 1);
  EXPECT_EQ(count_keys(*database, "gone"), 1U);
  database.reset();
  database = open_database(scratch.path());
  EXPECT_EQ(count_keys(*database, "gone"), 1U);
  EXPECT_EQ(count_keys(*database, "kept"), 100U);
  EXPECT_TRUE(*database->key_value("gone").drop());
  database.reset();
  database = open_database(scratch.path());
  EXPECT_EQ(count_keys(*database, "gone"), 0U);
  const auto report = database->check();
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->problems.empty()) << report->problems.front();
}

}  // namespace
}  // namespace cairn
