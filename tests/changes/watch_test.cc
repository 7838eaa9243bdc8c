// watch() of the embedding API.
#include <gtest/gtest.h>

#include <cairn/database.h>

#include "tests/storage/scratch.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cairn {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Database> open(const std::string& path, bool in_memory) {
  auto opened = Database::open(path, {.in_memory = in_memory});
  EXPECT_TRUE(opened.ok()) << opened.status().to_string();
  return opened.ok() ? std::move(*opened) : nullptr;
}

std::string kind_of(DocumentView event) { return std::string(event["operationType"].as_string()); }

TEST(Watch, WaitsForWhatAnotherThreadWrites) {
  const auto database = open("", true);
  auto stream = database->collection("shop", "orders").watch();
  ASSERT_TRUE(stream.ok()) << stream.status().to_string();
  const auto nothing = stream->next();
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->has_value());
  std::thread writer([&database] {
    std::this_thread::sleep_for(50ms);
    for (int i = 0; i < 200; ++i) {
      EXPECT_TRUE(database->collection("shop", "orders").insert(document("_id", i)).ok());
    }
  });
  for (int i = 0; i < 200; ++i) {
    const auto event = stream->next(10s);
    ASSERT_TRUE(event.ok()) << event.status().to_string();
    ASSERT_TRUE(event->has_value()) << i;
    EXPECT_EQ(kind_of(**event), "insert");
    EXPECT_EQ((**event)["documentKey"].as_document()["_id"].as_int32(), i);
  }
  writer.join();
  Interrupt interrupt;
  interrupt.interrupt();
  EXPECT_EQ(stream->next(10s, &interrupt).status().code(), ErrorCode::kInterrupted);
}

TEST(Watch, TheLifetimeOfImagesIsKept) {
  const ScratchDirectory scratch;
  {
    const auto database = open(scratch.path(), false);
    EXPECT_FALSE(database->image_lifetime().has_value());
    EXPECT_EQ(database->set_image_lifetime(0s).status().code(), ErrorCode::kBadValue);
    ASSERT_TRUE(database->set_image_lifetime(90s).ok());
    EXPECT_EQ(database->image_lifetime(), 90s);
  }
  const auto database = open(scratch.path(), false);
  EXPECT_EQ(database->image_lifetime(), 90s);
  ASSERT_TRUE(database->set_image_lifetime(std::nullopt).ok());
  EXPECT_FALSE(database->image_lifetime().has_value());
}

TEST(Watch, ManyStreamsSeeManyWritersInOneOrder) {
  const auto database = open("", true);
  constexpr int kWriters = 4;
  constexpr int kEach = 200;
  std::vector<std::vector<std::string>> seen(3);
  std::vector<std::thread> threads;
  for (auto& tokens : seen) {
    auto stream = database->watch("shop");
    ASSERT_TRUE(stream.ok());
    threads.emplace_back([&tokens, stream = std::move(*stream)]() mutable {
      while (tokens.size() < kWriters * kEach) {
        const auto event = stream.next(10s);
        ASSERT_TRUE(event.ok()) << event.status().to_string();
        ASSERT_TRUE(event->has_value());
        if (kind_of(**event) != "insert") continue;
        tokens.emplace_back((**event)["_id"].as_document()["_data"].as_string());
      }
    });
  }
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&database, w] {
      Collection collection = database->collection("shop", "c" + std::to_string(w));
      for (int i = 0; i < kEach; ++i) ASSERT_TRUE(collection.insert(document("_id", i)).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(std::is_sorted(seen[0].begin(), seen[0].end()));
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

TEST(Watch, GoesOnAfterTheDatabaseWasClosed) {
  const ScratchDirectory scratch;
  Document token;
  {
    const auto database = open(scratch.path(), false);
    auto stream = database->watch();
    ASSERT_TRUE(stream.ok());
    Collection orders = database->collection("shop", "orders");
    ASSERT_TRUE(orders.insert(document("_id", 1)).ok());
    ASSERT_TRUE(orders.insert(document("_id", 2)).ok());
    const auto first = stream->next(1s);
    ASSERT_TRUE(first.ok() && first->has_value());
    token = stream->resume_token();
    EXPECT_EQ(token.view(), (**first)["_id"].as_document());
  }
  const auto database = open(scratch.path(), false);
  auto stream = database->collection("shop", "orders").watch({.resume_after = token});
  ASSERT_TRUE(stream.ok()) << stream.status().to_string();
  const auto second = stream->next(1s);
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((**second)["documentKey"].as_document()["_id"].as_int32(), 2);
  ASSERT_TRUE(database->drop_collection("shop", "orders").ok());
  for (const char* kind : {"drop", "invalidate"}) {
    const auto event = stream->next(1s);
    ASSERT_TRUE(event.ok() && event->has_value());
    EXPECT_EQ(kind_of(**event), kind);
  }
  EXPECT_FALSE(stream->ended());
  EXPECT_FALSE((*stream->next(1s)).has_value());
  EXPECT_TRUE(stream->ended());
}

TEST(Watch, ALargeEventComesInPieces) {
  const auto database = open("", true);
  ASSERT_TRUE(database
                  ->create_collection("shop", "c",
                                      {.options = document("changeStreamPreAndPostImages",
                                                           document("enabled", true))})
                  .ok());
  Collection collection = database->collection("shop", "c");
  const std::string large(10 << 20, 'x');
  ASSERT_TRUE(collection.insert(document("_id", 1, "text", large)).ok());
  const Value stages = array(document("$changeStreamSplitLargeEvent", Document()));
  WatchOptions options{.pipeline = stages.view().as_document(),
                       .full_document_before_change = "required"};
  auto stream = database->collection("shop", "c").watch(options);
  auto whole = database->collection("shop", "c").watch({.full_document_before_change = "required"});
  ASSERT_TRUE(stream.ok() && whole.ok()) << stream.status().to_string();
  const Document replacement = document("text", large + "y");
  const Document one = document("_id", 1);
  ASSERT_TRUE(collection.update({.filter = one, .update = replacement.view().as_value()}).ok());
  Document token;
  for (int piece = 1; piece <= 2; ++piece) {
    const auto event = stream->next(1s);
    ASSERT_TRUE(event.ok() && event->has_value()) << event.status().to_string();
    const DocumentView split = (**event)["splitEvent"].as_document();
    EXPECT_EQ(split["fragment"].as_int32(), piece);
    EXPECT_EQ(split["of"].as_int32(), 2);
    EXPECT_EQ((**event)["_id"].as_document(), stream->resume_token().view());
    if (piece == 1) token = stream->resume_token();
  }
  EXPECT_FALSE((*stream->next()).has_value());
  options.resume_after = token;
  auto resumed = database->collection("shop", "c").watch(options);
  ASSERT_TRUE(resumed.ok()) << resumed.status().to_string();
  const auto second = resumed->next(1s);
  ASSERT_TRUE(second.ok() && second->has_value()) << second.status().to_string();
  EXPECT_EQ((**second)["splitEvent"].as_document()["fragment"].as_int32(), 2);
  EXPECT_FALSE((*resumed->next()).has_value());
  EXPECT_EQ(whole->next(1s).status().code(), ErrorCode::kBSONObjectTooLarge);
}

// A stream with `resume_after`, of events that name their operation alone.
class SplitResumption : public testing::Test {
 protected:
  void SetUp() override {
    const Document options = document("changeStreamPreAndPostImages", document("enabled", true));
    ASSERT_TRUE(database_->create_collection("shop", "c", {.options = options}).ok());
    ASSERT_TRUE(collection_.insert(document("_id", 1, "text", large_)).ok());
    ASSERT_TRUE(collection_.insert(document("_id", 2, "text", large_)).ok());
    auto stream = collection_.watch(options_);
    ASSERT_TRUE(stream.ok()) << stream.status().to_string();
    set(1, large_ + "y");
    set(2, large_ + "y");
    const auto event = stream->next(1s);
    ASSERT_TRUE(event.ok() && event->has_value()) << event.status().to_string();
    options_.resume_after = first_piece_ = stream->resume_token();
  }
  void set(int id, const std::string& text) {
    const Document filter = document("_id", id);
    const Document change = document("$set", document("text", text));
    ASSERT_TRUE(collection_.update({.filter = filter, .update = change.view().as_value()}).ok());
  }
  // The error of resuming, at once or with the first event.
  ErrorCode resume() {
    auto stream = collection_.watch(options_);
    return stream.ok() ? stream->next(1s).status().code() : stream.status().code();
  }

  std::unique_ptr<Database> database_ = open("", true);
  Collection collection_ = database_->collection("shop", "c");
  const std::string large_ = std::string(10 << 20, 'x');
  const Document split_ = document("$changeStreamSplitLargeEvent", Document());
  const Value stages_ = array(split_);
  WatchOptions options_{.pipeline = stages_.view().as_document(),
                        .full_document = "updateLookup",
                        .full_document_before_change = "required"};
  Document first_piece_;
};

TEST_F(SplitResumption, NeedsTheStageThatSplits) {
  options_.pipeline = DocumentView();
  EXPECT_EQ(resume(), ErrorCode::kChangeStreamFatalError);
}

TEST_F(SplitResumption, NeedsTheEventToBeLargeStill) {
  set(1, "small");
  EXPECT_EQ(resume(), ErrorCode::kOK);  // the image before it is large enough
  options_.full_document_before_change = "off";
  EXPECT_EQ(resume(), ErrorCode::kChangeStreamFatalError);
}

TEST_F(SplitResumption, LeavesNothingOutOfAnotherEvent) {
  const Document two = document("$match", document("documentKey._id", 2));
  const Value stages = array(two, split_);
  options_.pipeline = stages.view().as_document();
  auto stream = collection_.watch(options_);
  ASSERT_TRUE(stream.ok()) << stream.status().to_string();
  const auto event = stream->next(1s);
  ASSERT_TRUE(event.ok() && event->has_value()) << event.status().to_string();
  EXPECT_EQ((**event)["splitEvent"].as_document()["fragment"].as_int32(), 1);
}

TEST(Watch, ATransactionIsToldWholeFromAnyOfItsTimes) {
  const auto database = open("", true);
  Collection collection = database->collection("shop", "c");
  ASSERT_TRUE(collection.insert(document("_id", 0)).ok());
  auto transaction = database->begin_transaction();
  ASSERT_TRUE(transaction.ok());
  WriteOptions in;
  in.operation.transaction = &*transaction;
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(collection.insert(document("_id", i), in).ok());
  const auto committed = transaction->commit();
  ASSERT_TRUE(committed.ok());
  ASSERT_TRUE(collection.insert(document("_id", 4)).ok());
  for (std::uint64_t back = 0; back < 3; ++back) {
    auto stream = collection.watch({.start_at = OpTime{committed->value - back}});
    ASSERT_TRUE(stream.ok());
    for (int i = 1; i <= 4; ++i) {
      const auto event = stream->next(1s);
      ASSERT_TRUE(event.ok() && event->has_value()) << back;
      EXPECT_EQ((**event)["documentKey"].as_document()["_id"].as_int32(), i) << back;
    }
  }
}

}  // namespace
}  // namespace cairn
