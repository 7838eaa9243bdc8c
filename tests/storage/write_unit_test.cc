#include "engine/storage/write_unit.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(WriteUnit, CopiesWhatItIsGivenUnlessTold) {
  WriteUnit unit;
  std::string key = "key";
  std::string copied = "copied";
  std::string borrowed = "borrowed";
  unit.put(Family::kDoc, key, copied);
  unit.put(Family::kDoc, key, borrowed, Bytes::kBorrow);
  key = "xxx";
  copied = "xxxxxx";
  borrowed[0] = 'B';
  EXPECT_EQ(unit.writes()[0].key, "key");
  EXPECT_EQ(unit.writes()[0].value, "copied");
  EXPECT_EQ(unit.writes()[1].value, "Borrowed");
}

TEST(WriteUnit, FindsItsOwnLatestWrite) {
  WriteUnit unit;
  unit.put(Family::kDoc, "a", "1");
  unit.put(Family::kDoc, "a", "2");
  ASSERT_TRUE(unit.find(Family::kDoc, "a").has_value());
  EXPECT_EQ(unit.find(Family::kDoc, "a")->value, "2");
  EXPECT_FALSE(unit.find(Family::kIdx, "a").has_value());
  unit.remove(Family::kDoc, "a");
  EXPECT_TRUE(unit.find(Family::kDoc, "a")->removed);
  unit.put(Family::kDoc, "a", "3");
  EXPECT_FALSE(unit.find(Family::kDoc, "a")->removed);
}

TEST(WriteUnit, CountsOfOneCollectionAddUp) {
  CollectionCounters counters(1, {});
  WriteUnit unit;
  unit.count(counters, {.documents = 1, .bytes = 10, .highest_record_id = 5});
  unit.count(counters, {.documents = 1, .bytes = 7, .highest_record_id = 4});
  ASSERT_EQ(unit.counts().size(), 1U);
  EXPECT_EQ(unit.counts()[0].delta.documents, 2);
  EXPECT_EQ(unit.counts()[0].delta.bytes, 17);
  EXPECT_EQ(unit.counts()[0].delta.highest_record_id, 5U);
}

TEST(WriteUnit, IsAsNewAfterClear) {
  WriteUnit unit;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1000; ++i) unit.put(Family::kDoc, std::to_string(i), std::string(50, 'v'));
    unit.change({.name = "a.b", .document = "d"});
    EXPECT_EQ(unit.writes().size(), 1000U);
    EXPECT_EQ(unit.find(Family::kDoc, "999")->value, std::string(50, 'v'));
    unit.clear();
    EXPECT_TRUE(unit.empty());
    EXPECT_EQ(unit.bytes(), 0U);
    EXPECT_FALSE(unit.find(Family::kDoc, "999").has_value());
  }
}

}  // namespace
}  // namespace cairn
