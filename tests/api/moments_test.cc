// Which states are kept, for how long, and what making others may take.
#include "engine/transaction/moments.h"

#include "tests/api/engine_in_memory.h"

#include <cairn/collection.h>
#include <cairn/database.h>
#include <cairn/interrupt_scope.h>
#include <cairn/transaction.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace cairn::api {
namespace {

constexpr std::chrono::seconds kLong{400};

class MomentsTest : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return Date::now().milliseconds; });
    ASSERT_NE(engine_, nullptr);
    insert();
    moments_ = make_moments(1 << 20);
  }

  std::unique_ptr<Moments> make_moments(std::uint64_t bytes) {
    auto made = std::make_unique<Moments>(engine_->storage(), engine_->catalog(), bytes);
    made->keep_now();
    return made;
  }

  OpTime insert(std::size_t bytes = 10) {
    const auto inserted = collection().insert(document("x", std::string(bytes, 'x')));
    EXPECT_TRUE(inserted.ok());
    return inserted->op_time;
  }

  Collection collection() { return {engine_.get(), "t", "c"}; }

  // How many a collection had, or why that cannot be told.
  using Told = std::variant<int, ErrorCode>;
  Told documents(OpTime time, std::string_view name) {
    const Transaction snapshot(*engine_,
                               engine_->open_transaction({.moment = *moments_->at(time)}));
    CountOptions options;
    options.operation.transaction = &snapshot;
    const auto counted = Collection(engine_.get(), "t", name).count({}, options);
    if (!counted.ok()) return counted.status().code();
    return static_cast<int>(*counted);
  }

  static ErrorCode code_of(Moments& moments, OpTime time) {
    return moments.at(time).status().code();
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Moments> moments_;
};

TEST_F(MomentsTest, TimesGoWithTheWindow) {
  const auto now = Moments::Clock::now();
  const OpTime first = insert();
  moments_->tick(now);
  const OpTime second = insert();
  const OpTime third = insert();
  EXPECT_EQ((*moments_->at(first))->time(), first);
  EXPECT_EQ((*moments_->at(second))->time(), second);
  moments_->tick(now + kLong);
  EXPECT_EQ(code_of(*moments_, first), ErrorCode::kSnapshotTooOld);
  EXPECT_EQ(code_of(*moments_, second), ErrorCode::kSnapshotTooOld);
  EXPECT_EQ((*moments_->at(third))->time(), third);
  // However long nothing happens: the times before the next change are those of now.
  moments_->tick(now + 2 * kLong);
  insert();
  EXPECT_EQ((*moments_->at(third))->time(), third);
}

TEST_F(MomentsTest, WhatManyReadersAreToldDrivesNoOtherTimesOut) {
  constexpr int kReaders = 4200;
  moments_ = make_moments(16 << 20);
  std::vector<OpTime> times;
  for (int i = 0; i < kReaders; ++i) {
    times.push_back(insert());
    EXPECT_EQ((*moments_->at(std::nullopt))->time(), times.back());
  }
  for (const std::size_t i : {0UL, 1UL, 100UL, 4000UL}) {
    const auto found = moments_->at(times[i]);
    ASSERT_TRUE(found.ok()) << found.status().to_string();
    EXPECT_EQ((*found)->time(), times[i]);
  }
}

TEST_F(MomentsTest, WhatTakesTooMuchMemoryIsNotMade) {
  const auto small = make_moments(10'000);
  const OpTime first = insert(5'000);
  const OpTime second = insert(20'000);
  insert();
  EXPECT_EQ((*small->at(first))->time(), first);
  EXPECT_EQ(code_of(*small, second), ErrorCode::kSnapshotTooOld);
  EXPECT_EQ((*small->at(first))->time(), first);
}

TEST_F(MomentsTest, WhatWasMadeGivesWayToWhatIsMade) {
  const auto small = make_moments(40'000);
  std::vector<OpTime> times;
  for (int i = 0; i < 5; ++i) times.push_back(insert(5'000));
  insert();
  for (const OpTime time : times) EXPECT_EQ((*small->at(time))->time(), time);
  for (const OpTime time : times) EXPECT_EQ((*small->at(time))->time(), time);
}

// Nobody keeps a state behind a change of the catalog here: what is behind one is made.
TEST_F(MomentsTest, OfWhatAChangeOfTheCatalogDoesNotTouchEveryTimeIsMade) {
  Collection other(engine_.get(), "t", "other");
  ASSERT_TRUE(other.insert(document("_id", 1)).ok());
  moments_->keep_now();
  ASSERT_TRUE(collection().create_index(document("x", 1)).ok());
  const OpTime indexed = insert();
  ASSERT_TRUE(engine_->catalog().rename({"t", "other"}, {"t", "renamed"}).ok());
  const OpTime renamed = insert();
  insert();
  EXPECT_EQ(documents(indexed, "c"), Told(2));
  EXPECT_EQ(documents(renamed, "c"), Told(3));
  EXPECT_EQ(documents(indexed, "other"), Told(ErrorCode::kSnapshotUnavailable));
  EXPECT_EQ(documents(indexed, "renamed"), Told(0));
  EXPECT_EQ(documents(renamed, "other"), Told(ErrorCode::kSnapshotUnavailable));
  EXPECT_EQ(documents(renamed, "renamed"), Told(ErrorCode::kSnapshotUnavailable));
}

TEST_F(MomentsTest, MakingOneIsInterrupted) {
  OpTime time;
  for (int i = 0; i < 200; ++i) time = insert();
  insert();
  Interrupt interrupt;
  interrupt.interrupt();
  const InterruptScope scope(&interrupt);
  EXPECT_EQ(code_of(*moments_, time), ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace cairn::api
