// Sessions begin with their first use and end after thirty idle minutes.
#include "compat/mongodb/registry/sessions.h"

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

SessionId id_of(std::uint8_t n) {
  SessionId id;
  id.uuid[15] = n;
  return id;
}

TEST(Sessions, EndAndExpire) {
  Sessions sessions;
  const auto start = Sessions::Clock::now();
  for (std::uint8_t n = 1; n <= 3; ++n) ASSERT_TRUE(sessions.touch(id_of(n), start).ok());
  const Sessions::SessionPtr second = *sessions.touch(id_of(2), start + std::chrono::minutes(20));
  EXPECT_EQ(sessions.count(), 3);
  EXPECT_TRUE(sessions.end(id_of(3)));
  EXPECT_FALSE(sessions.end(id_of(3)));
  const auto expired = sessions.expire(start + std::chrono::minutes(31));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired.front(), id_of(1));
  EXPECT_FALSE(second->ended.load());
  EXPECT_EQ(sessions.count(), 1);
  sessions.end(id_of(2));
  EXPECT_TRUE(second->ended.load());  // a connection that kept it must look again
}

}  // namespace
}  // namespace cairn::mongodb
