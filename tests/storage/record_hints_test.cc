#include "engine/storage/record_hints.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

constexpr std::uint64_t kHash = 0x123456789abcdef0;

TEST(RecordHints, GivesWhatItRemembers) {
  RecordHints hints(1 << 16);
  EXPECT_EQ(hints.find(kHash), 0U);
  hints.remember(kHash, 42);
  EXPECT_EQ(hints.find(kHash), 42U);
  hints.remember(kHash, 43);
  EXPECT_EQ(hints.find(kHash), 43U);
}

TEST(RecordHints, AnotherHashInTheSameSlotFindsNothing) {
  RecordHints hints(1 << 16);
  hints.remember(kHash, 42);
  EXPECT_EQ(hints.find(kHash ^ (std::uint64_t{1} << 63)), 0U);
  hints.remember(kHash ^ (std::uint64_t{1} << 63), 7);
  EXPECT_EQ(hints.find(kHash), 0U);
}

TEST(RecordHints, RecordIdsThatDoNotFitAreNotRemembered) {
  RecordHints hints(1 << 16);
  const RecordId largest = (RecordId{1} << 40) - 1;
  hints.remember(kHash, largest);
  EXPECT_EQ(hints.find(kHash), largest);
  hints.remember(kHash, largest + 1);
  EXPECT_EQ(hints.find(kHash), largest);
}

TEST(RecordHints, OneSlotIsEnough) {
  RecordHints hints(0);
  hints.remember(kHash, 42);
  EXPECT_EQ(hints.find(kHash), 42U);
}

}  // namespace
}  // namespace cairn
