// The registry of open cursors: one user at a time, killed while used, idle for too long.
#include "compat/mongodb/registry/cursors.h"

#include <thread>

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

OpenCursor cursor_of(std::string name) {
  OpenCursor cursor;
  cursor.namespace_name = std::move(name);
  return cursor;
}

TEST(Cursors, OneUserAtATime) {
  Cursors cursors;
  const std::int64_t id = *cursors.open(cursor_of("t.a"), Cursors::Clock::now());
  EXPECT_GT(id, 0);
  {
    Result<CursorLease> first = cursors.check_out(id, nullptr, nullptr);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(cursors.check_out(id, nullptr, nullptr).status().code(), ErrorCode::kCursorInUse);
    (*first).keep();
  }
  EXPECT_TRUE(cursors.check_out(id, nullptr, nullptr).ok());  // and not kept: it ends here
  EXPECT_EQ(cursors.check_out(id, nullptr, nullptr).status().code(), ErrorCode::kCursorNotFound);
}

TEST(Cursors, KilledWhileUsed) {
  Cursors cursors;
  const std::int64_t id = *cursors.open(cursor_of("t.a"), Cursors::Clock::now());
  Interrupt user;
  {
    Result<CursorLease> lease = cursors.check_out(id, &user, nullptr);
    EXPECT_FALSE(cursors.kill(id, "t.b"));
    EXPECT_TRUE(cursors.kill(id, "t.a"));
    EXPECT_FALSE(cursors.kill(id, "t.a"));
    EXPECT_EQ(user.check().code(), ErrorCode::kCursorKilled);
    (*lease).keep();
  }
  EXPECT_EQ(cursors.check_out(id, nullptr, nullptr).status().code(), ErrorCode::kCursorNotFound);
}

TEST(Cursors, Expire) {
  Cursors cursors;
  const auto start = Cursors::Clock::now();
  OpenCursor patient = cursor_of("t.patient");
  patient.no_timeout = true;
  const std::int64_t kept = *cursors.open(std::move(patient), start);
  // Of an application that takes its time with a batch: drivers give every cursor a session.
  OpenCursor of_session = cursor_of("t.of_session");
  of_session.session = SessionId{.uuid = {1}, .user_digest = {}};
  const std::int64_t bound = *cursors.open(std::move(of_session), start);
  const std::int64_t lost = *cursors.open(cursor_of("t.a"), start);
  EXPECT_EQ(cursors.expire(start + std::chrono::minutes(9)), 0);
  EXPECT_EQ(cursors.expire(start + std::chrono::minutes(29)), 1);
  EXPECT_FALSE(cursors.check_out(lost, nullptr, nullptr).ok());
  EXPECT_TRUE(cursors.check_out(kept, nullptr, nullptr).ok());
  {
    auto lease = cursors.check_out(bound, nullptr, nullptr);
    ASSERT_TRUE(lease.ok());
    lease->keep();
  }
  cursors.set_expires_in_sessions(true);
  EXPECT_EQ(cursors.expire(start + std::chrono::minutes(29)), 1);
  EXPECT_EQ(cursors.counts().timed_out, 2);
}

TEST(Cursors, EndWithTheirSession) {
  Cursors cursors;
  OpenCursor bound = cursor_of("t.a");
  bound.session = SessionId{.uuid = {1}, .user_digest = {}};
  const std::int64_t id = *cursors.open(std::move(bound), Cursors::Clock::now());
  EXPECT_EQ(cursors.kill_of_session(SessionId{.uuid = {2}, .user_digest = {}}), 0);
  EXPECT_EQ(cursors.kill_of_session(SessionId{.uuid = {1}, .user_digest = {}}), 1);
  EXPECT_FALSE(cursors.check_out(id, nullptr, nullptr).ok());
}

TEST(Cursors, ManyThreads) {
  Cursors cursors;
  const std::int64_t shared = *cursors.open(cursor_of("t.shared"), Cursors::Clock::now());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cursors, shared] {
      for (int i = 0; i < 500; ++i) {
        const std::int64_t own = *cursors.open(cursor_of("t.own"), Cursors::Clock::now());
        Interrupt interrupt;
        if (Result<CursorLease> lease = cursors.check_out(shared, &interrupt, nullptr);
            lease.ok()) {
          (*lease).keep();
        }
        cursors.kill(own, "t.own");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cursors.counts().open, 1);
}

}  // namespace
}  // namespace cairn::mongodb
