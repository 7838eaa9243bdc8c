// Every time of a history in which collections are made, dropped, renamed and redefined is read as
// it was, or refused; also of what was made while they were something else.
#include "tests/api/snapshot_times.h"

#include <cairn/database.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cairn {
namespace {

using fmt::format;

constexpr int kIds = 30;
constexpr int kSteps = 600;
constexpr std::array kNames = {"a", "b", "c"};

class ChangingDefinitions : public SnapshotTimes {
 protected:
  struct Instant {
    OpTime time;
    std::array<State, kNames.size()> states;
  };

  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string name() { return kNames[static_cast<std::size_t>(random(kNames.size()))]; }
  Collection collection(const std::string& name) const { return database_->collection("t", name); }

  // What cannot be done is as good as anything else.
  void write(const std::string& name, const WriteOptions& options) {
    Collection to = collection(name);
    const Document one = json(format(R"({{"_id": {}}})", random(kIds)));
    const Document some = json(format(R"({{"n": {}}})", random(8)));
    switch (random(5)) {
      case 0:
      case 1: {
        const Document document = json(format(R"({{"_id": {}, "n": {}, "m": [{}, {}]}})",
                                              random(kIds), random(8), random(8), random(8)));
        (void)to.insert(document, options);
        break;
      }
      case 2:
      case 3: {
        const Document change = json(format(R"({{"$inc": {{"n": {}, "x.y": 1}}}})", random(3)));
        (void)to.update({.filter = random(3) == 0 ? some : one,
                         .update = change.view().as_value(),
                         .multi = true},
                        options);
        break;
      }
      default:
        (void)to.remove(DeleteStatement{.filter = random(4) == 0 ? some : one, .multi = true},
                        options);
    }
  }

  void write_in_transaction() {
    auto transaction = database_->begin_transaction();
    ASSERT_TRUE(transaction.ok());
    WriteOptions in;
    in.operation.transaction = &*transaction;
    for (int i = 0; i < 4 && transaction->open(); ++i) write(name(), in);
    if (transaction->open()) (void)transaction->commit();
  }

  // One that begins at an earlier time, and writes where it may.
  void write_at_an_earlier_time() {
    auto transaction = database_->begin_transaction({.at = any().time});
    if (!transaction.ok()) return;
    WriteOptions in;
    in.operation.transaction = &*transaction;
    for (int i = 0; i < 2 && transaction->open(); ++i) write(name(), in);
    if (transaction->open()) (void)transaction->commit();
  }

  void define() {
    const std::string one = name();
    switch (random(9)) {
      case 0:
        (void)database_->drop_collection("t", one);
        break;
      case 1:
        (void)database_->rename_collection("t", one, "t", name());
        break;
      case 2:
        (void)database_->rename_collection("t", one, "t", name(), {.drop_target = true});
        break;
      case 3: {
        const Document clustered =
            json(R"({"clusteredIndex": {"key": {"_id": 1}, "unique": true}})");
        (void)database_->create_collection("t", one, {.options = clustered});
        break;
      }
      case 4: {
        const Document capped = json(R"({"capped": true, "size": 4096, "max": 9})");
        (void)database_->create_collection("t", one, {.options = capped});
        break;
      }
      case 5:
      case 6:
        (void)collection(one).create_index(json(random(2) == 0 ? R"({"n": 1})" : R"({"m": -1})"));
        break;
      case 7:
        (void)collection(one).drop_indexes(Value::string("n_1").view());
        break;
      default:
        (void)database_->modify_collection(
            "t", one,
            json(format(R"({{"changeStreamPreAndPostImages": {{"enabled": {}}}}})",
                        random(2) == 0)));
    }
  }

  const Instant& any() {
    // Mostly of late, when fewer have been redefined since.
    const int count = static_cast<int>(instants_.size());
    const int back = random(random(3) == 0 ? count : std::min(count, 12));
    return instants_[static_cast<std::size_t>(count - 1 - back)];
  }

  void note() {
    Instant instant{.time = now(), .states = {}};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      instant.states[i] = state_of(collection(kNames[i]), "{}", nullptr);
    }
    instants_.push_back(std::move(instant));
  }

  void check(const Instant& instant) {
    auto snapshot = database_->read_snapshot(instant.time);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().to_string();
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      const Collection one = collection(kNames[i]);
      FindOptions options;
      options.operation.transaction = &*snapshot;
      const auto probe = one.find_one({}, options);
      if (!probe.ok()) {
        ASSERT_EQ(probe.status().code(), ErrorCode::kSnapshotUnavailable)
            << probe.status().to_string();
        ++refused_;
        // It is doomed: the others are asked anew.
        snapshot = database_->read_snapshot(instant.time);
        continue;
      }
      const std::string what = text_of(instant.time) + " " + kNames[i];
      expect_same(state_of(one, "{}", &*snapshot), instant.states[i], what);
      expect_same(state_of(one, R"({"n": {"$gte": 0}})", &*snapshot), instant.states[i],
                  what + " n");
      expect_same(state_of(one, R"({"m": {"$lt": 9}})", &*snapshot),
                  state_of(one, R"({"m": {"$lt": 9}})", &*snapshot, R"({"$natural": 1})"),
                  what + " m");
      ++read_;
    }
  }

  std::mt19937 random_{0};
  std::vector<Instant> instants_;
  int read_ = 0;
  int refused_ = 0;
};

TEST_F(ChangingDefinitions, EveryTimeIsReadAsItWasOrRefused) {
  static unsigned seed = 0;  // another with each repetition
  random_.seed(++seed);
  note();
  for (int i = 0; i < kSteps && !HasFailure(); ++i) {
    switch (random(8)) {
      case 0:
        define();
        break;
      case 1:
        write_in_transaction();
        break;
      case 2:
        write_at_an_earlier_time();
        break;
      default:
        write(name(), {});
    }
    note();
    if (random(3) == 0) check(any());
    if (random(20) == 0) {
      for (const char* const one : kNames) {
        const auto valid = collection(one).validate();
        EXPECT_TRUE(!valid.ok() || valid->valid()) << one;
      }
    }
  }
  EXPECT_GT(read_, refused_);
}

}  // namespace
}  // namespace cairn
