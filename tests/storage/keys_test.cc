#include "engine/storage/keys.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(Keys, ByteOrderIsNumberOrder) {
  EXPECT_LT(RecordKey(1, UINT64_MAX).view(), RecordKey(2, 0).view());
  EXPECT_LT(RecordKey(1, 255).view(), RecordKey(1, 256).view());
  EXPECT_LT(OpKey(0x00000000FFFFFFFF).view(), OpKey(0x0000000100000000).view());
}

TEST(Keys, PartsComeBack) {
  const RecordKey key(0x01020304, 0x05060708090A0B0C);
  EXPECT_EQ(keyspace_of(key), 0x01020304U);
  EXPECT_EQ(record_id_of(key), 0x05060708090A0B0CU);
  std::string index;
  append_index_key(index, 7, "abc");
  EXPECT_EQ(keyspace_of(index), 7U);
  EXPECT_EQ(after_keyspace(index), "abc");
}

TEST(Keys, AKeyspaceHoldsItsKeysAndNoOthers) {
  const KeyspaceRange range(9);
  EXPECT_LE(range.range().lower, RecordKey(9, 0).view());
  EXPECT_LT(RecordKey(9, UINT64_MAX).view(), range.range().upper);
  EXPECT_GE(RecordKey(10, 0).view(), range.range().upper);
  EXPECT_LT(RecordKey(8, UINT64_MAX).view(), range.range().lower);
}

TEST(Keys, FamiliesDoNotShareLocks) {
  EXPECT_NE(key_hash(Family::kDoc, "k"), key_hash(Family::kIdx, "k"));
}

TEST(Keys, ASessionsRowsAreOneRange) {
  const std::string a(48, 'a');
  const std::string b(48, 'b');
  const SessionRange range(a);
  for (const std::uint32_t ordinal : {0U, 1U, 77777U}) {
    EXPECT_LE(range.range().lower, session_key(a, ordinal));
    EXPECT_LT(session_key(a, ordinal), range.range().upper);
    EXPECT_GT(session_key(b, ordinal), range.range().upper);
  }
}

}  // namespace
}  // namespace cairn
