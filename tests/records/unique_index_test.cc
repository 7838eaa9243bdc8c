// Unique indexes under many writers: never a duplicate, never a refusal without a reason.
#include "tests/records/database.h"

#include <atomic>
#include <random>
#include <thread>

namespace cairn {
namespace {

constexpr int kWriters = 32;

class UniqueIndex : public IndexTest {
 protected:
  template <typename Work>
  void run_writers(Work work) {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) writers.emplace_back([=] { work(i); });
  }
};

TEST_F(UniqueIndex, OneOfManyWins) {
  ASSERT_OK(create_index(R"({"key": {"k": 1}, "unique": true})"));
  constexpr int kKeys = 200;
  std::atomic<int> won{0};
  run_writers([&](int writer) {
    Collection c = collection();
    for (int key = 0; key < kKeys; ++key) {
      const auto done = c.insert(document("w", writer, "k", key));
      ASSERT_OK(done.status());
      won += static_cast<int>(done->inserted);
      if (done->inserted == 0) {
        ASSERT_EQ(done->errors.at(0).status.code(), ErrorCode::kDuplicateKey);
      }
    }
  });
  EXPECT_EQ(won, kKeys);
  EXPECT_EQ(entries(), 2 * kKeys);
}

TEST_F(UniqueIndex, KeysOfOnesOwnAreNeverRefused) {
  ASSERT_OK(create_index(R"({"key": {"k": 1}, "unique": true})"));
  ASSERT_OK(create_index(R"({"key": {"tags": 1}, "unique": true})"));
  // Each writer moves its documents among keys that nobody else uses, whose neighbours others hold.
  run_writers([&](int writer) {
    Collection c = collection();
    for (int i = 0; i < 60; ++i) {
      const int key = (i % 3) * kWriters + writer;
      const auto made =
          c.insert(document("_id", writer, "k", key, "tags", array(key, 1000 + key, key)));
      ASSERT_OK(made.status());
      ASSERT_EQ(made->inserted, 1) << made->errors[0].status.to_string();
      const int next = ((i + 1) % 3) * kWriters + writer;
      const Document change = document("$set", document("k", next, "tags", array(next)));
      const Document filter = document("_id", writer);
      const auto moved =
          c.update({.filter = filter,
                    .update = ValueView(BsonType::kDocument, change.view().data(), change.size())});
      ASSERT_OK(moved.status());
      ASSERT_TRUE(moved->errors.empty()) << moved->errors[0].status.to_string();
      ASSERT_EQ(moved->outcomes[0].modified, 1);
      ASSERT_OK(c.remove({.filter = filter}).status());
    }
  });
  EXPECT_EQ(entries(), 0);
}

TEST_F(UniqueIndex, KeysThatWanderBetweenDocuments) {
  ASSERT_OK(create_index(R"({"key": {"k": 1}, "unique": true})"));
  for (int i = 0; i < 16; ++i) {
    ASSERT_OK(collection().insert(document("_id", i, "k", i)).status());
  }
  // Updates that want each other's keys: they wait or are refused, but never for ever.
  run_writers([&](int writer) {
    std::mt19937 random(static_cast<unsigned>(writer));
    Collection c = collection();
    for (int i = 0; i < 100; ++i) {
      const Document filter = document("_id", static_cast<int>(random() % 16));
      const Document change = document("$set", document("k", static_cast<int>(random() % 20)));
      const auto moved =
          c.update({.filter = filter,
                    .update = ValueView(BsonType::kDocument, change.view().data(), change.size())});
      ASSERT_OK(moved.status());
      if (!moved->errors.empty()) {
        ASSERT_NE(moved->errors[0].status.message().find("E11000"), std::string_view::npos);
      }
    }
  });
  EXPECT_EQ(entries(), 32);
}

TEST_F(UniqueIndex, UpsertsOfOneKeyMakeOneDocument) {
  ASSERT_OK(create_index(R"({"key": {"k": 1}, "unique": true})"));
  run_writers([&](int) {
    Collection c = collection();
    for (int key = 0; key < 40; ++key) {
      const Document filter = document("k", key);
      const Document change = document("$inc", document("n", 1));
      const auto done =
          c.update({.filter = filter,
                    .update = ValueView(BsonType::kDocument, change.view().data(), change.size()),
                    .upsert = true});
      ASSERT_OK(done.status());
      ASSERT_TRUE(done->errors.empty()) << done->errors[0].status.to_string();
    }
  });
  EXPECT_EQ(entries(), 80);
  const auto one = collection().find_one(document("k", 7));
  ASSERT_OK(one.status());
  EXPECT_EQ((**one)["n"].to_int64_clamped(), kWriters);
}

TEST_F(UniqueIndex, PreparedIndexesRefuseToo) {
  ASSERT_OK(insert(R"({"_id": -1, "k": -1})"));
  ASSERT_OK(create_index(R"({"key": {"k": 1}})"));
  const auto prepare = [&](std::string_view change) {
    return database().modify_collection("t", "c", json(change)).status();
  };
  ASSERT_OK(prepare(R"({"index": {"name": "k_1", "prepareUnique": true}})"));
  std::atomic<int> won{0};
  run_writers([&](int) {
    Collection c = collection();
    std::vector<Document> many;
    for (int key = 0; key < 30; ++key) many.push_back(document("k", key));
    const std::vector<DocumentView> views(many.begin(), many.end());
    const auto done = c.insert(views, {.ordered = false});
    ASSERT_OK(done.status());
    won += static_cast<int>(done->inserted);
  });
  EXPECT_EQ(won, 30);
  ASSERT_OK(prepare(R"({"index": {"name": "k_1", "unique": true}})"));
  EXPECT_EQ(insert(R"({"k": 4})").code(), ErrorCode::kDuplicateKey);
  EXPECT_EQ(entries(), 62);
}

}  // namespace
}  // namespace cairn
