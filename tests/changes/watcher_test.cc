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
    hub_ = std::make_unique<EventHub>(*storage_, *catalog_);
  }
  void SetUp() override { open("/in-memory", {.in_memory = true}); }
  void TearDown() override {
    hub_.reset();
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
    SharedEventsPtr events = hub_->events(options);
    return Watcher(*storage_, std::move(events), std::move(options));
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
  std::unique_ptr<EventHub> hub_;
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

TEST_F(Watching, OneMadeForManyStreams) {
  Watcher first = watcher();
  Watcher second = watcher();
  Watcher other = watcher({.expanded = true});
  for (Watcher* stream : {&first, &second, &other}) ASSERT_TRUE(stream->start().ok());
  insert("d.c", 1);
  insert("d.other", 2);
  insert("d.c", 3);
  for (const int id : {1, 3}) {
    const auto one = first.next(nullptr);
    const auto same = second.next(nullptr);
    const auto another = other.next(nullptr);
    ASSERT_TRUE(one.ok() && same.ok() && another.ok());
    EXPECT_EQ((**one)["documentKey"].as_document()["_id"].as_int32(), id);
    EXPECT_EQ((*one)->data(), (*same)->data()) << "the same bytes";
    EXPECT_NE((*one)->data(), (*another)->data());
  }
  // Who comes later, or has fallen behind, has its own.
  Watcher late = watcher({.start_at = first.token().op});
  ASSERT_TRUE(late.start().ok());
  EXPECT_EQ(ids(late), Ids{3});
  insert("d.c", 4);
  EXPECT_EQ(ids(first), Ids{4});
  second.park();
  insert("d.c", 5);
  EXPECT_EQ(ids(first), Ids{5});
  EXPECT_EQ(ids(second), (Ids{4, 5}));
  EXPECT_EQ(ids(late), (Ids{4, 5}));
}

TEST_F(Watching, WhatStreamsShareIsLetGoOf) {
  Watcher first = watcher();
  auto second = std::make_unique<Watcher>(watcher());
  ASSERT_TRUE(first.start().ok());
  ASSERT_TRUE(second->start().ok());
  const auto& kept = hub_->limits().kept_bytes;
  for (int round = 0; round < 3; ++round) {
    insert("d.c", round, std::string(1000, 'x'));
    EXPECT_EQ(ids(first), Ids{round});
    EXPECT_GT(kept.load(), 1000U) << "the other one has not had it";
    EXPECT_EQ(ids(*second), Ids{round});
    EXPECT_EQ(kept.load(), 0U);
  }
  // More than there is room for.
  hub_->limits().block_bytes = 2000;
  for (int i = 0; i < 10; ++i) insert("d.c", i, std::string(500, 'x'));
  EXPECT_EQ(ids(first).size(), 10U);
  EXPECT_LE(kept.load(), 2000U);
  EXPECT_EQ(ids(*second).size(), 10U);
  second.reset();
  EXPECT_EQ(kept.load(), 0U);
}

TEST_F(Watching, StreamsThatHaveFallenBackShareToo) {
  Watcher head = watcher();
  Watcher first = watcher();
  Watcher second = watcher();
  for (Watcher* stream : {&head, &first, &second}) ASSERT_TRUE(stream->start().ok());
  // The head's blocks push each other out: the others' place is in none.
  hub_->limits().block_bytes = 2'000'000;
  Ids all;
  for (int i = 0; i < 4000; ++i) {
    insert("d.c", i, std::string(1000, 'x'));
    EXPECT_EQ(ids(head), Ids{i});
    all.push_back(i);
  }
  const auto one = first.next(nullptr);
  const auto same = second.next(nullptr);
  ASSERT_TRUE(one.ok() && same.ok() && *one && *same);
  EXPECT_EQ((*one)->data(), (*same)->data()) << "the same bytes";
  EXPECT_LE(hub_->limits().kept_bytes.load(), 2'000'000U);
  all.erase(all.begin());
  EXPECT_EQ(ids(first), all);
  insert("d.c", 4000);
  all.push_back(4000);
  EXPECT_EQ(ids(second), all);
  EXPECT_EQ(ids(first), Ids{4000});
  EXPECT_EQ(ids(head), Ids{4000});
}

TEST_F(Watching, WhatATransactionDidHasOneTime) {
  insert("d.c", 1);
  WriteUnit unit;
  std::vector<Document> keys;
  for (int id = 2; id <= 4; ++id) keys.push_back(document("_id", id));
  for (const Document& key : keys) {
    unit.change({.kind = ChangeKind::kInsert,
                 .name = "d.c",
                 .document_key = key.view().bytes(),
                 .document = key.view().bytes(),
                 .session = SessionStamp{},
                 .in_transaction = true});
  }
  const OpNumber committed = storage_->commits().commit(unit)->last_op;
  insert("d.c", 5);
  Watcher stream = watcher({.start_at = committed});
  ASSERT_TRUE(stream.start().ok());
  std::vector<std::uint64_t> times;
  std::vector<std::string> tokens;
  for (int i = 0; i < 3; ++i) {
    const auto event = stream.next(nullptr);
    ASSERT_TRUE(event.ok() && *event) << "from its first change on";
    times.push_back((**event)["clusterTime"].as_timestamp().value());
    tokens.push_back(stream.token().data());
  }
  EXPECT_EQ(times, std::vector<std::uint64_t>(3, committed));
  EXPECT_LT(tokens[0], tokens[1]);
  EXPECT_LT(tokens[1], tokens[2]);
  EXPECT_EQ(ids(stream), Ids{5});
  Watcher resumed = watcher({.resume = *ResumeToken::parse(document("_data", tokens[0]))});
  ASSERT_TRUE(resumed.start().ok());
  EXPECT_EQ(ids(resumed), (Ids{3, 4, 5})) << "its tokens are places between its changes";
}

TEST_F(Watching, WhatIsNotWantedIsPassedOver) {
  WatchOptions options;
  options.wanted.operations.reset();
  Watcher stream = watcher(options);
  ASSERT_TRUE(stream.start().ok());
  const OpNumber passed = insert("d.c", 1);
  EXPECT_EQ(ids(stream), Ids());
  EXPECT_EQ(stream.token().op, passed + 1);
  const Document drop = document("drop", "c");
  WriteUnit unit;
  unit.change({.kind = ChangeKind::kCommand,
               .keyspace = 1,
               .name = "d.$cmd",
               .document = drop.view().bytes()});
  ASSERT_TRUE(storage_->commits().commit(unit).ok());
  const auto last = stream.next(nullptr);
  ASSERT_TRUE(last.ok() && *last);
  EXPECT_EQ((**last)["operationType"].as_string(), "invalidate") << "it ends all the same";
  EXPECT_TRUE(stream.ended());
}

TEST_F(Watching, ImagesExpire) {
  TearDown();
  open("/in-memory",
       {.in_memory = true, .clock = [] { return Date::now().milliseconds - 10'000; }});
  const Document key = document("_id", 1);
  WriteUnit unit;
  unit.change({.kind = ChangeKind::kDelete,
               .name = "d.c",
               .document_key = key.view().bytes(),
               .document = key.view().bytes()});
  const OpNumber op = storage_->commits().commit(unit)->last_op;
  const auto image = [&](BeforeChange mode) {
    Watcher stream = watcher({.before_change = mode, .start_at = op});
    EXPECT_TRUE(stream.start().ok());
    const auto event = stream.next(nullptr);
    return event.ok() ? to_json((**event)["fullDocumentBeforeChange"]) : event.status().code_name();
  };
  EXPECT_EQ(image(BeforeChange::kRequired), to_json(key.view()));
  hub_->limits().image_seconds = 3600;
  EXPECT_EQ(image(BeforeChange::kRequired), to_json(key.view()));
  hub_->limits().image_seconds = 1;
  EXPECT_EQ(image(BeforeChange::kWhenAvailable), "null");
  EXPECT_EQ(image(BeforeChange::kRequired), "NoMatchingDocument");
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
