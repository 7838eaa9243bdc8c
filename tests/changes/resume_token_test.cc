#include "engine/changes/resume_token.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cairn::changes {
namespace {

ResumeToken parsed(const ResumeToken& token) {
  auto again = ResumeToken::parse(token.document());
  EXPECT_TRUE(again.ok()) << again.status().to_string();
  return again.ok() ? *again : ResumeToken();
}

ErrorCode refused(DocumentView token) { return ResumeToken::parse(token).status().code(); }

TEST(ResumeToken, ComesBackAsItWas) {
  Uuid collection;
  collection.fill(0xAB);
  for (const ResumeToken& token :
       {ResumeToken{.op = 7}, ResumeToken{.op = ~OpNumber{0}, .event = true},
        ResumeToken{.op = 1ULL << 40, .event = true, .collection = collection},
        ResumeToken{.op = 5, .event = true, .from_invalidate = true},
        ResumeToken{.op = 5, .event = true, .collection = collection, .fragment = 3}}) {
    const ResumeToken again = parsed(token);
    EXPECT_EQ(again.op, token.op);
    EXPECT_EQ(again.event, token.event);
    EXPECT_EQ(again.from_invalidate, token.from_invalidate);
    EXPECT_EQ(again.collection, token.collection);
    EXPECT_EQ(again.fragment, token.fragment);
  }
}

TEST(ResumeToken, SortsAsItsPlace) {
  const Uuid collection{1};
  const std::vector<ResumeToken> rising = {
      {.op = 5},
      {.op = 5, .event = true, .collection = collection},
      {.op = 5, .event = true, .collection = collection, .fragment = 0},
      {.op = 5, .event = true, .collection = collection, .fragment = 1},
      {.op = 5, .event = true, .from_invalidate = true},
      {.op = 6},
      {.op = 256, .event = true, .collection = collection},
      {.op = 1ULL << 32},
  };
  for (std::size_t i = 0; i + 1 < rising.size(); ++i) {
    EXPECT_LT(rising[i].data(), rising[i + 1].data()) << i;
  }
}

TEST(ResumeToken, OthersAreRefused) {
  EXPECT_EQ(refused(document("a", 1)), location(40647));
  EXPECT_EQ(refused(document("_data", 1)), location(40647));
  EXPECT_EQ(refused(document("_data", "no")), ErrorCode::kFailedToParse);
  EXPECT_EQ(refused(document("_data", "8")), ErrorCode::kFailedToParse);
  EXPECT_EQ(refused(document("_data", "")), ErrorCode::kInvalidResumeToken);
  const std::string data = ResumeToken{.op = 7, .event = true}.data();
  for (std::size_t length = 2; length < data.size(); length += 2) {
    EXPECT_EQ(refused(document("_data", data.substr(0, length))), ErrorCode::kInvalidResumeToken)
        << length;
  }
  EXPECT_EQ(refused(document("_data", data + "00")), ErrorCode::kInvalidResumeToken);
}

}  // namespace
}  // namespace cairn::changes
