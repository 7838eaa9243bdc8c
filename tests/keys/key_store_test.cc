// The store with a clock of its own: what dies when, and what the sweeper leaves.
#include "engine/keys/key_store.h"

#include <cairn/interrupt_scope.h>

#include <atomic>
#include <thread>

#include "tests/storage/scratch.h"

namespace cairn::keys {
namespace {

// The bytes that FORMAT.md promises.
TEST(KeyRows, AreAsWritten) {
  EXPECT_EQ(space_key("locks"), "Vlocks");
  EXPECT_EQ(row_key(0x01020304, "k"), std::string("\x01\x02\x03\x04k"));
  EXPECT_EQ(encode_row(0x0102, "v"), std::string("\0\0\0\0\0\0\x01\x02v", 9));
  const std::string entry = expiry_key(5, {.expires_ms = 0x0102, .space = 7, .key = "k"});
  EXPECT_EQ(entry, std::string("\0\0\0\x05\0\0\0\0\0\0\x01\x02\0\0\0\x07k", 17));
  const auto read = decode_expiry_key(entry);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->expires_ms, 0x0102);
  EXPECT_EQ(read->space, 7U);
  EXPECT_EQ(read->key, "k");
  EXPECT_FALSE(decode_expiry_key("short").ok());
  EXPECT_FALSE(decode_row("short").ok());
}

class Keys : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store_.reset();
    storage_.reset();
    storage_ = open_storage(scratch_.path());
    auto opened = KeyStore::load(*storage_, [this] { return now_; });
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    store_ = std::move(*opened);
  }
  KeyBatchResult apply(const KeyBatch& batch) {
    auto done = store_->apply(batch);
    EXPECT_TRUE(done.ok()) << done.status().to_string();
    return done.ok() ? *done : KeyBatchResult{};
  }
  void set(std::string_view key, std::string_view value, Expiry expiry = {}) {
    KeyBatch batch;
    batch.set("s", key, value, {.expiry = expiry});
    EXPECT_TRUE(apply(batch).done);
  }
  std::string get(std::string_view key) {
    PinnedValue value;
    const auto row = store_->get(storage_->latest(), store_->find("s"), key, value, now_);
    EXPECT_TRUE(row.ok());
    return row.ok() && *row ? std::string((*row)->value) : "(none)";
  }
  std::size_t rows() {
    std::size_t rows = 0;
    for (const Keyspace keyspace : store_->keyspaces()) {
      const KeyspaceRange range(keyspace);
      KeyCursor cursor = storage_->latest().scan(Family::kAux, range.range());
      for (cursor.seek_first(); cursor.valid(); cursor.next()) ++rows;
    }
    return rows;
  }
  std::size_t sweep(std::size_t limit = 1000) {
    const auto swept = store_->sweep(limit);
    EXPECT_TRUE(swept.ok()) << swept.status().to_string();
    return swept.ok() ? *swept : 0;
  }
  void expect_sound() {
    EXPECT_TRUE(
        store_->check(storage_->latest(), [](const std::string& line) { ADD_FAILURE() << line; })
            .ok());
  }

  ScratchDirectory scratch_;
  std::int64_t now_ = 1'700'000'000'000;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<KeyStore> store_;
};

TEST_F(Keys, DieAtTheirMillisecondWhetherOrNotTheyAreDeleted) {
  set("a", "1", Expiry::after(std::chrono::milliseconds(10)));
  set("b", "2");
  now_ += 9;
  EXPECT_EQ(get("a"), "1");
  now_ += 1;
  EXPECT_EQ(get("a"), "(none)");
  EXPECT_EQ(rows(), 3U);  // its row and its entry are still there
  EXPECT_EQ(sweep(), 1U);
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(get("b"), "2");
  expect_sound();
}

TEST_F(Keys, StayDeadAfterARestart) {
  set("a", "1", Expiry::after(std::chrono::milliseconds(10)));
  set("c", "3", Expiry::after(std::chrono::hours(1)));
  now_ += 10;
  open();
  EXPECT_EQ(get("a"), "(none)");
  EXPECT_EQ(get("c"), "3");
  EXPECT_EQ(sweep(), 1U);
  expect_sound();
}

TEST_F(Keys, AnotherTimeCountsFromThen) {
  set("a", "1", Expiry::after(std::chrono::milliseconds(10)));
  set("a", "2", Expiry::after(std::chrono::milliseconds(20)));
  EXPECT_EQ(rows(), 2U);
  now_ += 10;
  EXPECT_EQ(sweep(), 0U);
  EXPECT_EQ(get("a"), "2");
  set("a", "3");
  now_ += 100;
  EXPECT_EQ(sweep(), 0U);
  EXPECT_EQ(get("a"), "3");
  EXPECT_EQ(rows(), 1U);
  expect_sound();
}

TEST_F(Keys, ADeadKeyIsOverwrittenWithItsEntry) {
  set("a", "1", Expiry::after(std::chrono::milliseconds(10)));
  now_ += 50;
  set("a", "2", Expiry::after(std::chrono::milliseconds(10)));
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(sweep(), 0U);
  EXPECT_EQ(get("a"), "2");
  expect_sound();
}

TEST_F(Keys, SweepsInBoundedStepsAndOnlyWhatIsDue) {
  for (int i = 0; i < 25; ++i) {
    set("k" + std::to_string(i), "v", Expiry::after(std::chrono::milliseconds(i + 1)));
  }
  now_ += 20;
  EXPECT_EQ(sweep(8), 8U);
  EXPECT_EQ(sweep(8), 8U);
  EXPECT_EQ(sweep(8), 4U);
  EXPECT_EQ(sweep(8), 0U);
  EXPECT_EQ(store_->counts().expired, 20U);
  EXPECT_EQ(rows(), 10U);
  expect_sound();
}

// A clock that goes back leaves entries before the place where the last pass stopped.
TEST_F(Keys, FindsWhatAClockThatWentBackHasLeft) {
  set("a", "1", Expiry::after(std::chrono::milliseconds(10)));
  now_ += 20;
  EXPECT_EQ(sweep(), 1U);
  now_ -= 100;
  set("b", "2", Expiry::after(std::chrono::milliseconds(10)));
  now_ += 200'000;
  EXPECT_EQ(sweep(), 1U);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(Keys, ABatchIsDoneWholeOrNotAtAll) {
  set("a", "1");
  KeyBatch batch;
  batch.set("s", "b", "2").increment("other", "n", 5).require("s", "a", KeyCondition::kEquals, "x");
  const KeyBatchResult refused = apply(batch);
  EXPECT_FALSE(refused.done);
  EXPECT_EQ(refused.outcomes.size(), 3U);
  EXPECT_EQ(get("b"), "(none)");
  batch.clear();
  batch.set("s", "b", "2").require("s", "b", KeyCondition::kEquals, "2").remove("s", "a");
  EXPECT_TRUE(apply(batch).done);
  EXPECT_EQ(get("b"), "2");
  EXPECT_EQ(get("a"), "(none)");
  expect_sound();
}

TEST_F(Keys, ScansByPrefixPageByPageWithoutTheDead) {
  for (const char* key : {"a", "b:1", "b:2", "b:3", "b:\xff", "c"}) set(key, key);
  set("b:25", "dead", Expiry::after(std::chrono::milliseconds(1)));
  now_ += 5;
  const auto first = store_->scan(store_->find("s"), "b:", {.limit = 2});
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->entries.size(), 2U);
  EXPECT_TRUE(first->more);
  EXPECT_EQ(first->entries[1].key, "b:2");
  const auto rest = store_->scan(store_->find("s"), "b:", {.after = "b:2", .limit = 2});
  ASSERT_TRUE(rest.ok());
  ASSERT_EQ(rest->entries.size(), 2U);
  EXPECT_FALSE(rest->more);
  EXPECT_EQ(rest->entries[1].key, "b:\xff");
  EXPECT_EQ(store_->scan(store_->find("s"), "", {})->entries.size(), 6U);
  EXPECT_EQ(store_->scan(store_->find("none"), "", {})->entries.size(), 0U);
}

TEST_F(Keys, AScanEndsAtItsBytesAndRefusesToReadNothing) {
  const std::string large(6 << 20, 'v');
  for (const char* key : {"a", "b", "c", "d"}) set(key, large);
  const auto page = store_->scan(store_->find("s"), "", {});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->entries.size(), 3U);
  EXPECT_TRUE(page->more);
  EXPECT_EQ(store_->scan(store_->find("s"), "", {.values = false})->entries.size(), 4U);
  EXPECT_EQ(store_->scan(store_->find("s"), "", {.limit = 0}).status().code(),
            ErrorCode::kBadValue);
}

// Someone has taken a key and waits for a document: the sweeper deletes the others meanwhile.
TEST_F(Keys, TheSweeperWaitsForNobody) {
  for (const char* key : {"a", "b", "c"})
    set(key, key, Expiry::after(std::chrono::milliseconds(1)));
  {
    KeyBatch batch;
    batch.require("s", "b", KeyCondition::kPresent);
    const auto held = store_->prepare(batch);
    ASSERT_TRUE(held.ok());
    now_ += 10;
    EXPECT_EQ(sweep(), 3U);
    EXPECT_EQ(store_->counts().expired, 2U);
    EXPECT_EQ(rows(), 2U);
  }
  EXPECT_EQ(sweep(), 0U) << "not at once";
  now_ += 1000;
  sweep();
  EXPECT_EQ(rows(), 0U);
  expect_sound();
}

// What held when a batch was prepared may hold no longer when it is committed.
TEST_F(Keys, ABatchIsEvaluatedForTheMomentOfItsCommit) {
  set("lock", "me", Expiry::after(std::chrono::milliseconds(10)));
  KeyBatch batch;
  batch.require("s", "lock", KeyCondition::kEquals, "me")
      .set("s", "note", "1", {.expiry = Expiry::after(std::chrono::milliseconds(5))});
  auto prepared = store_->prepare(batch);
  ASSERT_TRUE(prepared.ok());
  EXPECT_TRUE(prepared->holds());
  now_ += 9;
  ASSERT_TRUE(store_->evaluate(batch, *prepared).ok());
  EXPECT_TRUE(prepared->holds());
  WriteUnit unit;
  prepared->add_to(unit);
  ASSERT_TRUE(storage_->commits().commit(unit, &prepared->intents()).ok());
  now_ += 4;
  EXPECT_EQ(get("note"), "1") << "its five milliseconds begin with the commit";
  ASSERT_TRUE(store_->evaluate(batch, *prepared).ok());
  EXPECT_FALSE(prepared->holds());
}

// A key of a space that is not there yet is locked like any other.
TEST_F(Keys, AKeyOfNoSpaceIsLockedToo) {
  KeyBatch batch;
  batch.require("fresh", "k", KeyCondition::kAbsent).set("s", "a", "1");
  auto prepared = store_->prepare(batch);
  ASSERT_TRUE(prepared.ok());
  EXPECT_TRUE(prepared->holds());
  EXPECT_EQ(store_->find("fresh"), kNoKeyspace);
  const Interrupt soon(Interrupt::Clock::now() + std::chrono::milliseconds(50));
  const InterruptScope scope(&soon);
  KeyBatch first;
  first.set("fresh", "k", "v");
  EXPECT_EQ(store_->apply(first).status().code(), ErrorCode::kMaxTimeMSExpired);
  KeyBatch other;
  other.set("fresh", "other", "v");
  EXPECT_TRUE(store_->apply(other)->done);
}

TEST_F(Keys, RefusesWhatIsTooLongOrEmpty) {
  KeyBatch batch;
  batch.set("", "k", "v");
  EXPECT_EQ(store_->apply(batch).status().code(), ErrorCode::kBadValue);
  batch.clear();
  batch.set("s", "", "v");
  EXPECT_EQ(store_->apply(batch).status().code(), ErrorCode::kBadValue);
  batch.clear();
  batch.set("s", std::string((64 << 10) + 1, 'k'), "v");
  EXPECT_EQ(store_->apply(batch).status().code(), ErrorCode::kBadValue);
  EXPECT_EQ(store_->find("s"), kNoKeyspace);
}

TEST_F(Keys, ADropWaitsForBatchesThatHaveBegun) {
  set("a", "1");
  KeyBatch batch;
  batch.set("s", "b", "2", {.expiry = Expiry::after(std::chrono::hours(1))});
  std::optional<PreparedBatch> prepared = std::move(*store_->prepare(batch));
  {
    Interrupt stopped;
    stopped.interrupt();
    const InterruptScope scope(&stopped);
    EXPECT_EQ(store_->drop("s").status().code(), ErrorCode::kInterrupted);
  }
  EXPECT_EQ(get("a"), "1");  // as it was
  std::atomic<bool> dropped{false};
  std::thread dropping([&] {
    EXPECT_TRUE(store_->drop("s")->has_value());
    dropped = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(dropped);
  WriteUnit unit;
  prepared->add_to(unit);
  ASSERT_TRUE(storage_->commits().commit(unit, &prepared->intents()).ok());
  prepared.reset();
  dropping.join();
  EXPECT_EQ(get("a"), "(none)");
  EXPECT_EQ(rows(), 0U);  // no expiry either
  expect_sound();
  set("a", "3");
  EXPECT_EQ(get("a"), "3");
  open();
  EXPECT_EQ(get("a"), "3");
  EXPECT_EQ(get("b"), "(none)");
}

// As after a process that died between the commit and the removal of the expiries.
TEST_F(Keys, ExpiriesOfADroppedSpaceGoWhenTheyAreDue) {
  set("a", "1", Expiry::after(std::chrono::seconds(1)));
  const Keyspace space = store_->find("s");
  WriteUnit unit;
  unit.remove(Family::kMeta, space_key("s"));
  Keyspaces::drop(unit, space, 1);
  ASSERT_TRUE(storage_->commits().commit(unit).ok());
  open();
  EXPECT_EQ(get("a"), "(none)");
  expect_sound();
  EXPECT_EQ(rows(), 1U);
  now_ += 2000;
  EXPECT_EQ(sweep(), 1U);
  EXPECT_EQ(rows(), 0U);
  expect_sound();
}

}  // namespace
}  // namespace cairn::keys
