// Every time of a history of random writes is read as it was, by every index, whatever was written
// since and meanwhile.
#include "tests/api/snapshot_times.h"

#include <cairn/database.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cairn {
namespace {

using fmt::format;

// Collections of every layout, with indexes of every kind.
class RandomHistory : public SnapshotTimes {
 protected:
  struct Instant {
    OpTime time;
    State a;
    State b;
  };

  void make_collections() {
    const Document clustered = json(
        R"({"clusteredIndex": {"key": {"_id": 1}, "unique": true},
            "changeStreamPreAndPostImages": {"enabled": true}})");
    ASSERT_TRUE(database_->create_collection("u", "b", {.options = clustered}).ok());
    ASSERT_TRUE(database_->create_collection("t", "a").ok());
    for (Collection* collection : {&a_, &b_}) {
      ASSERT_TRUE(collection->create_index(json(R"({"n": 1, "x.y": -1})")).ok());
      ASSERT_TRUE(collection->create_index(json(R"({"tags": 1})")).ok());
      ASSERT_TRUE(
          collection->create_index(json(R"({"k": 1})"), json(R"({"unique": true, "sparse": true})"))
              .ok());
      ASSERT_TRUE(collection->create_index(json(R"({"words": "text"})")).ok());
      ASSERT_TRUE(collection->create_index(json(R"({"h": "hashed"})")).ok());
      ASSERT_TRUE(collection->create_index(json(R"({"x.$**": 1})")).ok());
    }
    const Document vectors = json(R"({"name": "v", "type": "vectorSearch", "definition": {"fields":
        [{"type": "vector", "path": "v", "numDimensions": 2, "similarity": "euclidean"},
         {"type": "filter", "path": "n"}]}})");
    const DocumentView search = vectors;
    ASSERT_TRUE(a_.create_search_indexes({&search, 1}).ok());
  }

  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string random_document(int id) {
    std::string tags;
    for (int i = random(4); i > 0; --i) tags += format("{}{}", tags.empty() ? "" : ", ", random(9));
    const std::string key = random(2) == 0 ? format(R"(, "k": {})", random(40)) : "";
    return format(
        R"({{"_id": {}, "n": {}, "tags": [{}], "words": "{} {}", "h": {}, "x": {{"y": {}}},
            "list": [{{"p": 1}}, {{"q": 2}}], "v": [{}, {}]{}}})",
        id, random(20), tags, kWords[random(4)], kWords[random(4)], random(20), random(5),
        random(9), random(9), key);
  }

  std::string random_update() {
    switch (random(12)) {
      case 0:
        return format(R"({{"$inc": {{"n": {}}}, "$set": {{"b": 1, "a": 2}}}})", 1 + random(5));
      case 1:
        return format(R"({{"$push": {{"tags": {}}}, "$unset": {{"a": 1}}}})", random(9));
      case 2:
        return R"({"$pull": {"tags": {"$gt": 4}}, "$rename": {"b": "c"}})";
      case 3:
        return format(R"({{"$set": {{"k": {}, "x.z": {}}}}})", random(40), random(9));
      case 4:
        return R"({"$unset": {"k": 1, "c": 1}})";
      case 5:
        return format(R"({{"$set": {{"words": "{}", "tags.2": 7}}}})", kWords[random(4)]);
      case 6:
        return format(R"({{"$set": {{"tags.$[]": {}}}}})", random(9));
      case 7:
        return format(R"({{"$set": {{"v": [{}, 3], "h": {}}}}})", random(9), random(20));
      case 8:
        return format(R"({{"$pop": {{"tags": 1}}, "$set": {{"x": {{"y": {}}}}}}})", random(9));
      case 9:
        return format(R"({{"$set": {{"list.01.b": {}, "list.0.a": 2, "list.01.a": 3}}}})",
                      random(9));
      case 10:
        return format(R"({{"$set": {{"list.$[].z": {}, "list.$[].c": 1}}}})", random(9));
      default:
        return format(R"({{"n": {}, "tags": [{}], "words": "{}"}})", random(20), random(9),
                      kWords[random(4)]);
    }
  }

  // A pipeline that moves fields about.
  static Value moving_pipeline() {
    return array(
        json(R"({"$replaceWith": {"$mergeObjects": [{"_id": "$_id", "n": {"$add": ["$n", 1]}},
                                                             {"$unsetField": {"field": "n", "input": "$$ROOT"}}]}})"));
  }

  // Errors of unique keys and of paths that cannot be are as good as anything else.
  void write(Collection& collection, const WriteOptions& options) {
    const Document one = json(format(R"({{"_id": {}}})", random(kIds)));
    const Document some = json(format(R"({{"n": {}}})", random(20)));
    const int kind = random(12);
    if (kind < 4) {
      (void)collection.insert(json(random_document(random(kIds))), options);
    } else if (kind < 8) {
      const Document change = json(random_update());
      (void)collection.update(
          UpdateStatement{.filter = one, .update = change.view().as_value(), .upsert = kind == 4},
          options);
    } else if (kind == 8) {
      const Document change = json(R"({"$inc": {"n": 1}, "$set": {"x.w": 1}})");
      (void)collection.update(
          UpdateStatement{.filter = some, .update = change.view().as_value(), .multi = true},
          options);
    } else if (kind == 9) {
      const Value pipeline = moving_pipeline();
      (void)collection.update(UpdateStatement{.filter = one, .update = pipeline.view()}, options);
    } else {
      (void)collection.remove(
          DeleteStatement{.filter = kind == 10 ? one : some, .multi = kind == 11}, options);
    }
  }

  void write_in_transaction() {
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(transaction.ok());
    WriteOptions in;
    in.operation.transaction = &*transaction;
    for (int i = 0; i < 5 && transaction->open(); ++i) write(i % 2 == 0 ? a_ : b_, in);
    if (transaction->open()) {
      ASSERT_TRUE(transaction->commit().ok());
    }
  }

  // By every index what the documents themselves say.
  void check_indexes(const Collection& collection, const Transaction& snapshot,
                     const std::string& what) {
    const std::pair<std::string, std::string> asked[] = {
        {R"({"n": {"$gte": 5}})", R"({"hint": "n_1_x.y_-1"})"},
        {R"({"tags": {"$in": [3, 7]}})", R"({"hint": "tags_1"})"},
        {R"({"k": {"$lt": 20}})", R"({"hint": "k_1"})"},
        {R"({"h": 4})", R"({"hint": "h_hashed"})"},
        {R"({"x.y": {"$gt": 1}})", R"({"hint": "x.$**_1"})"},
    };
    for (const auto& [filter, hint] : asked) {
      const Document hinted = json(hint);
      FindOptions options;
      options.hint = hinted["hint"];
      options.operation.transaction = &snapshot;
      auto cursor = collection.find(json(filter), options);
      ASSERT_TRUE(cursor.ok()) << cursor.status().to_string();
      State found;
      while (true) {
        const auto next = cursor->next();
        ASSERT_TRUE(next.ok()) << next.status().to_string();
        if (!*next) break;
        found.emplace(to_json((**next)["_id"], JsonMode::kCanonical),
                      to_json(**next, JsonMode::kCanonical));
      }
      expect_same(found, state_of(collection, filter, &snapshot, R"({"$natural": 1})"),
                  what + " " + filter);
    }
    expect_same(
        state_of(collection, R"({"$text": {"$search": "tea"}})", &snapshot),
        state_of(collection, R"({"words": {"$regex": "tea"}})", &snapshot, R"({"$natural": 1})"),
        what + " text");
  }

  void check_instant(const Instant& instant) {
    auto snapshot = database_->read_snapshot(instant.time);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
    const std::string what = text_of(instant.time);
    expect_same(state_of(a_, "{}", &*snapshot), instant.a, what + " a");
    expect_same(state_of(b_, "{}", &*snapshot), instant.b, what + " b");
    check_indexes(a_, *snapshot, what + " a");
    check_indexes(b_, *snapshot, what + " b");
    for (int i = 0; i < 5; ++i) {
      const std::string one = format(R"({{"_id": {}}})", random(kIds));
      EXPECT_EQ(state_of(a_, one, &*snapshot),
                state_of(a_, one, &*snapshot, R"({"$natural": -1})"));
    }
  }

  static constexpr int kIds = 60;
  const std::string kWords[4] = {"tea", "milk", "coffee", "water"};
  std::mt19937 random_{17};
  std::vector<Instant> instants_;
};

TEST_F(RandomHistory, EveryTimeIsReadAsItWas) {
  constexpr int kSteps = 1200;
  make_collections();
  for (int i = 0; i < kSteps; ++i) {
    if (random(6) == 0) {
      write_in_transaction();
    } else {
      write(random(2) == 0 ? a_ : b_, {});
    }
    instants_.push_back({now(), state_of(a_, "{}", nullptr), state_of(b_, "{}", nullptr)});
  }
  for (int i = 0; i < 150 && !HasFailure(); ++i) {
    check_instant(instants_[static_cast<std::size_t>(random(kSteps))]);
  }
  EXPECT_TRUE(a_.validate()->valid());
  EXPECT_TRUE(b_.validate()->valid());
}

// Each writer knows what its own document held at each of its times; sums stay what they are.
class BesideWriters : public SnapshotTimes {
 protected:
  static constexpr int kWriters = 3;
  static constexpr int kAccounts = 10;
  struct Told {
    std::mutex mutex;
    std::vector<std::pair<OpTime, int>> times;  // with the counter's number
  };

  void write(int writer) {
    Collection counters = database_->collection("t", "counters");
    Collection accounts = database_->collection("t", "accounts");
    const Document mine = document("_id", writer);
    std::mt19937 random(static_cast<unsigned>(writer));
    for (int n = 1; !stopped_; ++n) {
      auto transaction = database_->begin_transaction();
      ASSERT_TRUE(transaction.ok());
      WriteOptions in;
      in.operation.transaction = &*transaction;
      const auto add = [&](Collection& collection, DocumentView filter, int by) {
        const Document change = document("$inc", document("n", by));
        (void)collection.update(
            UpdateStatement{.filter = filter, .update = change.view().as_value()}, in);
      };
      add(accounts, document("_id", static_cast<int>(random() % kAccounts)), 3);
      if (transaction->open()) {
        add(accounts, document("_id", static_cast<int>(random() % kAccounts)), -3);
      }
      if (transaction->open()) (void)transaction->commit();
      const Document change = document("$set", document("n", n));
      const auto updated = counters.update(
          UpdateStatement{.filter = mine, .update = change.view().as_value(), .upsert = true});
      ASSERT_TRUE(updated.ok() && updated->errors.empty());
      const std::lock_guard lock(told_[writer].mutex);
      told_[writer].times.emplace_back(updated->op_time, n);
    }
  }

  void read(unsigned seed) {
    std::mt19937 random(seed);
    while (!stopped_) {
      const std::size_t writer = random() % kWriters;
      std::pair<OpTime, int> told;
      {
        const std::lock_guard lock(told_[writer].mutex);
        if (told_[writer].times.empty()) continue;
        told = told_[writer].times[random() % told_[writer].times.size()];
      }
      auto snapshot = database_->read_snapshot(told.first);
      ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
      FindOptions options;
      options.operation.transaction = &*snapshot;
      const auto counter = database_->collection("t", "counters")
                               .find_one(document("_id", static_cast<int>(writer)), options);
      if (is_refused(counter.status())) continue;
      ASSERT_TRUE(counter.ok()) << counter.status().to_string();
      ASSERT_TRUE(counter->has_value());
      ASSERT_EQ((**counter)["n"].as_int32(), told.second);
      check_sum(*snapshot);
      ++reads_;
    }
  }

  // A time may lie between a change of definitions and the state that is kept behind it.
  bool is_refused(const Status& status) {
    if (status.code() != ErrorCode::kSnapshotUnavailable) return false;
    EXPECT_TRUE(redefines_) << status.to_string();
    return true;
  }

  void run_threads(const std::function<void()>& meanwhile) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kWriters; ++i) threads.emplace_back([this, i] { write(i); });
    for (unsigned i = 0; i < 2; ++i) threads.emplace_back([this, i] { read(i); });
    meanwhile();
    stopped_ = true;
    for (std::thread& thread : threads) thread.join();
  }

  Collection make_accounts() {
    Collection accounts = database_->collection("t", "accounts");
    EXPECT_TRUE(accounts.create_index(document("n", 1)).ok());
    for (int id = 0; id < kAccounts; ++id) {
      EXPECT_TRUE(accounts.insert(document("_id", id, "n", 0)).ok());
    }
    EXPECT_TRUE(database_->create_collection("t", "counters").ok());
    return accounts;
  }

  void check_sum(const Transaction& snapshot) {
    const Collection accounts = database_->collection("t", "accounts");
    CountOptions counted;
    counted.operation.transaction = &snapshot;
    const auto by_index = accounts.count(json(R"({"n": {"$gte": -1000000}})"), counted);
    if (is_refused(by_index.status())) return;
    ASSERT_TRUE(by_index.ok()) << by_index.status().to_string();
    ASSERT_EQ(*by_index, kAccounts);
    AggregateOptions options;
    options.operation.transaction = &snapshot;
    const Value pipeline = array(json(R"({"$group": {"_id": null, "sum": {"$sum": "$n"}}})"));
    auto cursor = accounts.aggregate(pipeline.view().as_document(), options);
    ASSERT_TRUE(cursor.ok()) << cursor.status().to_string();
    const auto sum = cursor->next();
    ASSERT_TRUE(sum.ok() && sum->has_value());
    ASSERT_EQ((**sum)["sum"].to_int64_clamped(), 0);
  }

  std::atomic<bool> stopped_{false};
  std::atomic<int> reads_{0};
  bool redefines_ = false;
  Told told_[kWriters];
};

TEST_F(BesideWriters, EveryTimeIsReadAsItWas) {
  const Collection accounts = make_accounts();
  run_threads([] { std::this_thread::sleep_for(std::chrono::milliseconds(3500)); });
  EXPECT_GT(reads_, 10);
  EXPECT_TRUE(accounts.validate()->valid());
}

TEST_F(BesideWriters, EveryTimeIsReadAsItWasWhileIndexesComeAndGo) {
  constexpr int kBuilds = 30;
  redefines_ = true;
  Collection accounts = make_accounts();
  run_threads([&] {
    for (int i = 0; i < kBuilds || (reads_ < 10 && !HasFailure()); ++i) {
      EXPECT_TRUE(accounts.drop_indexes(Value::string("n_1").view()).ok());
      EXPECT_TRUE(accounts.create_index(document("n", 1)).ok());
    }
  });
  EXPECT_TRUE(accounts.validate()->valid());
}

}  // namespace
}  // namespace cairn
