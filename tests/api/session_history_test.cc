// How long it is known what sessions did. No script: nobody waits for half an hour.
#include <gtest/gtest.h>

#include <cairn/collection.h>
#include <cairn/session.h>

#include "engine/api/engine.h"
#include "tests/api/engine_in_memory.h"

#include <memory>
#include <vector>

namespace cairn::api {
namespace {

constexpr std::int64_t kEverything = -1;  // what was written a millisecond from now, too

class SessionHistory : public testing::Test {
 protected:
  void SetUp() override {
    engine_ = engine_in_memory([] { return std::int64_t{0}; });
    ASSERT_NE(engine_, nullptr);
    ASSERT_TRUE(collection().insert(document("_id", 1, "n", 0)).ok());
  }
  Collection collection() { return {engine_.get(), "t", "c"}; }

  // Whether it had been done before.
  bool increment(const RetryableWrite& name) {
    const Document filter = document("_id", 1);
    const Document change = document("$inc", document("n", 1));
    auto updated = collection().update({.filter = filter, .update = change.view().as_value()},
                                       {.retry = name});
    EXPECT_TRUE(updated.ok()) << updated.status().to_string();
    return updated.ok() && updated->outcomes.front().retried;
  }
  Status forget(std::int64_t age_ms) { return engine_->retries().remove_stale(age_ms); }

  std::unique_ptr<Engine> engine_;
};

TEST_F(SessionHistory, IsKeptForItsTime) {
  Session session;
  const RetryableWrite write = session.next_write();
  EXPECT_FALSE(increment(write));
  ASSERT_TRUE(forget(60'000).ok());
  EXPECT_TRUE(increment(write));
  ASSERT_TRUE(forget(kEverything).ok());
  EXPECT_FALSE(increment(write));
  EXPECT_TRUE(increment(write));
}

TEST_F(SessionHistory, OfManySessionsIsForgottenAltogether) {
  constexpr int kSessions = 1201;  // more than go into one commit
  std::vector<RetryableWrite> writes;
  for (int i = 0; i < kSessions; ++i) {
    Session session;
    writes.push_back(session.next_write());
    EXPECT_FALSE(increment(writes.back()));
  }
  ASSERT_TRUE(forget(kEverything).ok());
  for (const RetryableWrite& write : writes) EXPECT_FALSE(increment(write));
}

TEST_F(SessionHistory, OfAnOpenTransactionIsKeptUntilItHasEnded) {
  Session session;
  EXPECT_FALSE(increment(session.next_write()));
  const TransactionName name{session.id(), session.txn_number() + 1};
  ASSERT_TRUE(engine_->retries().begin_transaction(name).ok());
  ASSERT_TRUE(forget(kEverything).ok());
  WriteUnit unit;
  engine_->retries().store_commit(name, unit);
  ASSERT_TRUE(engine_->storage().commits().commit(unit).ok());
  engine_->retries().committed(name);
  EXPECT_TRUE(*engine_->retries().is_committed(name));
  ASSERT_TRUE(forget(kEverything).ok());
  EXPECT_FALSE(*engine_->retries().is_committed(name));
}

}  // namespace
}  // namespace cairn::api
