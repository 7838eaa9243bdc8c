// What ends the transaction of a session without its client: its time, its session, a later write.
#include "compat/mongodb/registry/transactions.h"

#include <cairn/bson.h>

#include <thread>

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

using Clock = Transactions::Clock;

TransactionName name_of(std::uint8_t session, std::int64_t number) {
  TransactionName name{.session = {}, .txn_number = number};
  name.session.uuid[15] = session;
  return name;
}

class TransactionsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::open("", {.in_memory = true});
    ASSERT_TRUE(opened.ok());
    database_ = std::move(*opened);
  }

  void start(const TransactionName& name) {
    auto lease = transactions_.start(*database_, {.name = name}, now_ + std::chrono::seconds(60),
                                     interrupt_);
    ASSERT_TRUE(lease.ok()) << lease.status().to_string();
  }
  TransactionState state_of(const TransactionName& name) {
    auto lease = transactions_.check_out(name, interrupt_);
    EXPECT_TRUE(lease.ok()) << lease.status().to_string();
    return (*lease)->state;
  }

  std::unique_ptr<Database> database_;
  Transactions transactions_;  // before the database ends
  Interrupt interrupt_;
  const Clock::time_point now_ = Clock::now();
};

TEST_F(TransactionsTest, EndWhenTheirTimeIsOver) {
  start(name_of(1, 1));
  EXPECT_TRUE(transactions_.expire(now_ + std::chrono::seconds(59)).empty());
  EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kInProgress);
  const auto expired = transactions_.expire(now_ + std::chrono::seconds(61));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired.front().txn_number, 1);
  EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kAborted);
  EXPECT_TRUE(transactions_.expire(now_ + std::chrono::seconds(62)).empty());
}

TEST_F(TransactionsTest, OneInUseIsInterruptedAndEndsWhenItIsGivenBack) {
  Interrupt user;
  {
    auto lease = transactions_.start(*database_, {.name = name_of(1, 1)}, now_, user);
    ASSERT_TRUE(lease.ok());
    EXPECT_EQ(transactions_.expire(now_).size(), 1U);
    EXPECT_EQ(static_cast<int>(user.check().code()), 290);
    EXPECT_TRUE((*lease)->transaction.open());  // its user's to use until it looks
  }
  EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kAborted);
  EXPECT_EQ(transactions_.counts().aborted, 1);
  EXPECT_EQ(transactions_.counts().open, 0);
}

TEST_F(TransactionsTest, ALaterWriteOfTheSessionEndsIt) {
  start(name_of(1, 1));
  start(name_of(2, 1));
  transactions_.supersede(name_of(1, 1));
  EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kInProgress);
  transactions_.supersede(name_of(1, 2));
  EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kAborted);
  start(name_of(2, 2));
  EXPECT_EQ(transactions_.check_out(name_of(2, 1), interrupt_).status().code(),
            ErrorCode::kTransactionTooOld);
  EXPECT_EQ(transactions_.counts().open, 1);
}

TEST_F(TransactionsTest, ASessionThatEndsTakesItAlong) {
  start(name_of(1, 1));
  transactions_.end_session(name_of(1, 1).session);
  EXPECT_EQ(transactions_.check_out(name_of(1, 1), interrupt_).status().code(),
            ErrorCode::kNoSuchTransaction);
  EXPECT_EQ(transactions_.counts().open, 0);
}

TEST_F(TransactionsTest, OneCommandAtATimeUsesIt) {
  start(name_of(1, 1));
  auto first = transactions_.check_out(name_of(1, 1), interrupt_);
  ASSERT_TRUE(first.ok());
  Interrupt hurried(Clock::now() + std::chrono::milliseconds(30));
  EXPECT_EQ(transactions_.check_out(name_of(1, 1), hurried).status().code(),
            ErrorCode::kMaxTimeMSExpired);
  std::thread second([&] { EXPECT_EQ(state_of(name_of(1, 1)), TransactionState::kInProgress); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  { const TransactionLease ended = std::move(*first); }
  second.join();
}

}  // namespace
}  // namespace cairn::mongodb
