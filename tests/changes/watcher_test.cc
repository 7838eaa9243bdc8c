// The scan behind change streams: what is told, from where, and what happens when it is gone.
#include "engine/changes/watcher.h"

#include "tests/storage/scratch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace cairn::changes {
namespace {

class Watching : public testing::Test {
 protected:
  void open(const std::string& path, StorageOptions options) {
    storage_ = open_storage(path, std::move(options));
    ASSERT_NE(storage_, nullptr);
    auto catalog = Catalog::load(*storage_);
    ASSERT_TRUE(catalog.ok());
    catalog_ = std::move(*catalog);
  }
  void SetUp() override { open("/in-memory", {.in_memory = true}); }
  void TearDown() override {
    catalog_.reset();
    storage_.reset();
  }

  OpNumber insert(const char* name, int id, const std::string& text = "") {
    const Document key = document("_id", id);
    const Document inserted = document("_id", id, "text", text);
    WriteUnit unit;
    unit.change({.kind = ChangeKind::kInsert,
                 .name = name,
                 .document_key = key.view().bytes(),
                 .document = inserted.view().bytes()});
    return storage_->commits().commit(unit)->last_op;
  }

  Watcher watcher(WatchOptions options = {}) {
    options.database = "d";
    options.collection = "c";
    return Watcher(*storage_, *catalog_, std::move(options));
  }

  static std::vector<int> ids(Watcher& watcher) {
    std::vector<int> all;
    while (true) {
      const auto event = watcher.next(nullptr);
      EXPECT_TRUE(event.ok()) << event.status().to_string();
      if (!event.ok() || !*event) return all;
      all.push_back((**event)["documentKey"].as_document()["_id"].as_int32());
    }
  }

  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Catalog> catalog_;
};

using Ids = std::vector<int>;

TEST_F(Watching, TellsWhatComesOfItsCollection) {
  insert("d.c", 1);
  Watcher stream = watcher();
  ASSERT_TRUE(stream.start().ok());
  EXPECT_EQ(ids(stream), Ids());
  insert("d.c", 2);
  insert("d.other", 3);
  insert("other.c", 4);
  insert("d.c", 5);
  EXPECT_EQ(ids(stream), (Ids{2, 5}));
  stream.park();
  insert("d.c", 6);
  EXPECT_EQ(ids(stream), Ids{6});
}

TEST_F(Watching, PassedOverRowsMoveItsToken) {
  Watcher stream = watcher();
  ASSERT_TRUE(stream.start().ok());
  EXPECT_EQ(ids(stream), Ids());
  const std::string before = stream.token().data();
  const OpNumber passed = insert("d.other", 1);
  EXPECT_EQ(ids(stream), Ids());
  EXPECT_GT(stream.token().data(), before);
  EXPECT_EQ(stream.token().op, passed + 1);
  Watcher next = watcher({.resume = stream.token()});
  ASSERT_TRUE(next.start().ok());
  insert("d.c", 2);
  EXPECT_EQ(ids(next), Ids{2});
}

TEST_F(Watching, BeginsAtATime) {
  insert("d.c", 1);
  const OpNumber second = insert("d.c", 2);
  insert("d.c", 3);
  Watcher stream = watcher({.start_at = second});
  ASSERT_TRUE(stream.start().ok());
  EXPECT_EQ(ids(stream), (Ids{2, 3}));
}

TEST_F(Watching, AnEventThatNeverWasIsNoPlace) {
  const OpNumber other = insert("d.other", 1);
  for (const OpNumber op : {other, other + 5}) {
    Watcher stream = watcher({.resume = ResumeToken{.op = op, .event = true}});
    EXPECT_EQ(stream.start().code(), ErrorCode::kChangeStreamFatalError);
  }
}

TEST_F(Watching, WaitsUntilSomethingIsCommitted) {
  using std::chrono::milliseconds;
  Watcher stream = watcher();
  ASSERT_TRUE(stream.start().ok());
  EXPECT_EQ(ids(stream), Ids());
  const auto began = Interrupt::Clock::now();
  EXPECT_TRUE(stream.wait(began + milliseconds(20), nullptr).ok());
  EXPECT_GE(Interrupt::Clock::now() - began, milliseconds(20));
  int called = 0;
  auto handle = stream.when_more([&called] { ++called; });
  ASSERT_NE(handle, nullptr);
  EXPECT_EQ(called, 0);
  insert("d.other", 1);
  EXPECT_EQ(called, 1);
  insert("d.other", 2);
  EXPECT_EQ(called, 1);
  handle.reset();
  EXPECT_TRUE(stream.wait(Interrupt::Clock::now() + std::chrono::hours(1), nullptr).ok());
  EXPECT_EQ(ids(stream), Ids());
  handle = stream.when_more([&called] { ++called; });
  handle.reset();
  insert("d.other", 3);
  EXPECT_EQ(called, 1) << "what was let go of is not called";
  Interrupt interrupt;
  interrupt.interrupt();
  EXPECT_EQ(ids(stream), Ids());
  EXPECT_EQ(stream.wait(Interrupt::Clock::now() + std::chrono::hours(1), &interrupt).code(),
            ErrorCode::kInterrupted);
}

TEST_F(Watching, APlaceThatIsTrimmedIsLost) {
  TearDown();
  const ScratchDirectory scratch;
  open(scratch.path(),
       {.memory_bytes = 16 << 20, .oplog_bytes = 1 << 20, .maintenance_interval_ms = 3'600'000});
  // Nothing of a storage may outlive it.
  auto open_one = std::make_unique<Watcher>(watcher());
  ASSERT_TRUE(open_one->start().ok());
  const OpNumber first = insert("d.c", 1);
  std::string noise(4096, 'x');
  for (int i = 2; storage_->oplog_start() == 0 && i < 20'000; ++i) {
    for (std::size_t at = 0; at < noise.size(); at += 3)
      noise[at] = static_cast<char>('a' + rand() % 26);
    insert("d.other", i, noise);
    if (i % 500 != 0) continue;
    ASSERT_TRUE(storage_->flush().ok());
    ASSERT_TRUE(storage_->compact(Family::kOplog, {}).ok());
    ASSERT_TRUE(storage_->maintain().ok());
  }
  ASSERT_GT(storage_->oplog_start(), first);
  const auto lost = open_one->next(nullptr);
  EXPECT_EQ(lost.status().code(), ErrorCode::kChangeStreamHistoryLost);
  EXPECT_NE(lost.status().details().find("NonResumableChangeStreamError"), std::string::npos);
  Watcher resumed = watcher({.resume = ResumeToken{.op = first, .event = true}});
  EXPECT_EQ(resumed.start().code(), ErrorCode::kChangeStreamHistoryLost);
  Watcher begun = watcher({.start_at = first});
  EXPECT_EQ(begun.start().code(), ErrorCode::kChangeStreamHistoryLost);
  Watcher kept = watcher({.start_at = storage_->oplog_start()});
  EXPECT_TRUE(kept.start().ok());
  open_one.reset();
  TearDown();
}

}  // namespace
}  // namespace cairn::changes
