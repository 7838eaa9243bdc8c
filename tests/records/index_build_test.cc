// Builds beside writers: consistent when they end, gone when they do not.
#include "engine/storage/step.h"
#include "tests/records/database.h"

#include <cairn/thread_wait.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <semaphore>
#include <thread>

namespace cairn {
namespace {

using Semaphore = std::counting_semaphore<8>;
constexpr auto kSoon = std::chrono::seconds(20);

// Tells of the waits of its thread, whose place a server gives to another.
class Waits final : public ThreadWait::Observer {
 public:
  explicit Waits(Semaphore& begun) : begun_(begun) { ThreadWait::observe(this); }
  ~Waits() { ThreadWait::observe(nullptr); }
  void wait_begins() override { begun_.release(); }
  void wait_ends() override {}

 private:
  Semaphore& begun_;
};

class IndexBuild : public IndexTest {
 protected:
  void fill(int documents) {
    std::vector<Document> made;
    std::vector<DocumentView> views;
    for (int i = 0; i < documents; ++i) {
      made.push_back(document("_id", i, "k", i, "a", (i * 7919) % documents, "tags",
                              array(i % 7, 10 + i % 11)));
    }
    views.assign(made.begin(), made.end());
    const auto inserted = collection().insert(views);
    ASSERT_OK(inserted.status());
    ASSERT_EQ(inserted->inserted, documents);
  }
  std::size_t indexes() { return collection().indexes()->size(); }
  // Every build tells `loaded` once its rows are loaded, and then waits for `go_on`.
  void open_holding_loads(Semaphore& loaded, Semaphore& go_on) {
    open("", {.in_memory = true, .at_step = [&](std::string_view step) {
                if (step != kStepIndexLoaded) return;
                loaded.release();
                go_on.acquire();
              }});
  }
};

TEST_F(IndexBuild, SeveralAtOnceOverWhatIsThere) {
  fill(5000);
  const Document one = json(R"({"key": {"a": 1, "k": -1}, "name": "a"})");
  const Document two = json(R"({"key": {"tags": 1}, "name": "tags"})");
  const Document three = json(R"({"key": {"k": 1}, "name": "k", "unique": true})");
  const std::vector<DocumentView> all{one, two, three};
  const auto made = collection().create_indexes(all);
  ASSERT_OK(made.status());
  EXPECT_EQ(made->indexes_before, 1);
  EXPECT_EQ(made->indexes_after, 4);
  EXPECT_EQ(entries(), 5000 * 5);
}

TEST_F(IndexBuild, DuplicatesAreToldAndNothingIsLeft) {
  fill(3000);
  const Status refused = create_index(R"({"key": {"tags": 1}, "unique": true})");
  EXPECT_EQ(refused.code(), ErrorCode::kDuplicateKey);
  EXPECT_NE(refused.message().find("index: tags_1 dup key: { tags: 0 }"), std::string_view::npos)
      << refused.message();
  EXPECT_EQ(indexes(), 1U);
  EXPECT_EQ(entries(), 3000);
  ASSERT_OK(create_index(R"({"key": {"tags": 1}})"));
  EXPECT_EQ(entries(), 9000);
}

TEST_F(IndexBuild, InterruptedBuildsLeaveNothing) {
  fill(20000);
  Interrupt interrupt;
  interrupt.interrupt();
  const auto made =
      collection().create_index(json(R"({"a": 1})"), {}, {.operation = {.interrupt = &interrupt}});
  EXPECT_EQ(made.status().code(), ErrorCode::kInterrupted);
  EXPECT_EQ(indexes(), 1U);
  expect_sound();
}

TEST_F(IndexBuild, WritersGoOnAndAreNotForgotten) {
  constexpr int kDocuments = 30000;
  fill(kDocuments);
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> writes{0};
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      std::mt19937 random(static_cast<unsigned>(writer));
      Collection c = collection();
      for (int fresh = kDocuments + writer; !stop; fresh += 4) {
        const int id = static_cast<int>(random() % kDocuments);
        const Document filter = document("_id", id);
        const Document change = document(
            "$set", document("a", static_cast<int>(random() % 1000), "tags", array(id, fresh)));
        EXPECT_OK(c.update({.filter = filter,
                            .update = ValueView(BsonType::kDocument, change.view().data(),
                                                change.size())})
                      .status());
        EXPECT_OK(c.insert(document("_id", fresh, "k", fresh, "a", "new")).status());
        const Document gone = document("_id", static_cast<int>(random() % kDocuments));
        EXPECT_OK(c.remove({.filter = gone}).status());
        writes += 3;
      }
    });
  }
  for (const char* index : {R"({"key": {"a": 1}})", R"({"key": {"tags": 1, "a": -1}})",
                            R"({"key": {"k": 1}, "unique": true})", R"({"key": {"$**": 1}})"}) {
    const std::int64_t before = writes;
    SCOPED_TRACE(index);
    ASSERT_OK(create_index(index));
    EXPECT_GT(writes, before) << index;
  }
  stop = true;
  writers.clear();
  expect_sound();
}

TEST_F(IndexBuild, OneBuildServesAllWhoAskForIt) {
  fill(20000);
  std::vector<std::jthread> askers;
  for (int i = 0; i < 4; ++i) {
    askers.emplace_back([&] { EXPECT_OK(create_index(R"({"key": {"a": 1}})")); });
  }
  askers.clear();
  EXPECT_EQ(indexes(), 2U);
  EXPECT_EQ(entries(), 40000);
}

TEST_F(IndexBuild, DroppedWhileBuilding) {
  for (int round = 0; round < 5; ++round) {
    fill(20000);
    std::jthread builder([&] {
      const Status built = create_index(R"({"key": {"a": 1}})");
      EXPECT_TRUE(built.ok() || built.code() == ErrorCode::kIndexBuildAborted) << built.to_string();
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(3 * round));
    EXPECT_OK(database().drop_collection("t", "c").status());
    builder.join();
    expect_sound();
  }
}

TEST_F(IndexBuild, DroppedAllTheTime) {
  std::atomic<bool> started = false;
  std::atomic<bool> stop = false;
  std::jthread dropper([&] {
    while (!stop) {
      EXPECT_OK(database().drop_collection("t", "c").status());
      started = true;
    }
  });
  while (!started) std::this_thread::yield();
  for (int round = 0; round < 300; ++round) {
    const Status built = create_index(R"({"key": {"a": 1}})");
    EXPECT_TRUE(built.ok() || built.code() == ErrorCode::kIndexBuildAborted) << built.to_string();
  }
  stop = true;
}

TEST_F(IndexBuild, IsDroppedWholeOrNotAtAll) {
  fill(60000);
  std::jthread builder([&] {
    const Document one = json(R"({"key": {"a": 1}, "name": "a"})");
    const Document two = json(R"({"key": {"k": 1}, "name": "k"})");
    const std::vector<DocumentView> both{one, two};
    EXPECT_EQ(collection().create_indexes(both).status().code(), ErrorCode::kIndexBuildAborted);
  });
  std::vector<ListedIndex> listed;
  while (listed.size() < 3) listed = *collection().list_indexes();
  EXPECT_FALSE(listed[0].build_uuid);
  ASSERT_TRUE(listed[1].build_uuid);
  EXPECT_EQ(listed[1].build_uuid, listed[2].build_uuid);
  const Document which = document("one", "a", "all", array("k", "a"));
  EXPECT_EQ(collection().drop_indexes(which["one"]).status().code(),
            ErrorCode::kBackgroundOperationInProgressForNamespace);
  EXPECT_OK(collection().drop_indexes(which["all"]).status());
  builder.join();
  EXPECT_EQ(indexes(), 1U);
  expect_sound();
}

// As when an application starts many times over: each of them asks for its indexes.
TEST_F(IndexBuild, WhoWaitsForOneGivesUpItsThread) {
  Semaphore loaded(0);
  Semaphore go_on(0);
  Semaphore waits(0);
  open_holding_loads(loaded, go_on);
  fill(100);
  std::jthread builder([&] { EXPECT_OK(create_index(R"({"key": {"a": 1}})")); });
  loaded.acquire();
  std::jthread other([&] {
    const Waits here(waits);
    EXPECT_OK(create_index(R"({"key": {"a": 1}})"));
  });
  EXPECT_TRUE(waits.try_acquire_for(kSoon));
  go_on.release();
}

TEST_F(IndexBuild, ThreeRunAtOnceAndOthersWaitForTheirTurn) {
  constexpr int kBuilds = 5;
  Semaphore loaded(0);
  Semaphore go_on(0);
  Semaphore waits(0);
  open_holding_loads(loaded, go_on);
  std::vector<std::jthread> builders;
  for (int i = 0; i < kBuilds; ++i) {
    Collection one = database().collection("t", "c" + std::to_string(i));
    ASSERT_TRUE(one.insert(json(R"({"_id": 1, "a": 1})")).ok());
    builders.emplace_back([&, one]() mutable {
      const Waits here(waits);
      EXPECT_TRUE(one.create_index(json(R"({"a": 1})")).ok());
    });
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(loaded.try_acquire_for(kSoon));
  for (int i = 3; i < kBuilds; ++i) EXPECT_TRUE(waits.try_acquire_for(kSoon));
  EXPECT_FALSE(loaded.try_acquire_for(std::chrono::milliseconds(20)));
  // What has no documents, and what is there, wait for nobody.
  EXPECT_TRUE(database().collection("t", "empty").create_index(json(R"({"a": 1})")).ok());
  go_on.release(kBuilds);
}

TEST_F(IndexBuild, RenamedWhileBuilding) {
  fill(20000);
  std::jthread builder([&] { EXPECT_OK(create_index(R"({"key": {"a": 1}})")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_OK(database().rename_collection("t", "c", "t", "d").status());
  builder.join();
  expect_sound();
}

TEST_F(IndexBuild, OnDiskAndAfterReopening) {
  const std::string path = temporary_path("cairn_index_build_test");
  std::filesystem::remove_all(path);
  open(path, {});
  fill(20000);
  ASSERT_OK(create_index(R"({"key": {"tags": 1}})"));
  ASSERT_OK(create_index(R"({"key": {"k": 1}, "unique": true})"));
  database_.reset();
  open(path, {});
  EXPECT_EQ(entries(), 80000);
  EXPECT_EQ(insert(R"({"k": 5})").code(), ErrorCode::kDuplicateKey);
  database_.reset();
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace cairn
