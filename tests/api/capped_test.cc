// What a full capped collection costs its inserts.
#include "tests/api/engine_in_memory.h"

#include <gtest/gtest.h>

#include <cairn/collection.h>

namespace cairn::api {
namespace {

TEST(Capped, AnInsertDoesNotWalkOverWhatWasPushedOutBefore) {
  const auto engine = engine_in_memory([] { return std::int64_t{1}; });
  ASSERT_NE(engine, nullptr);
  const Document options = document("capped", true, "size", 4096, "max", 10);
  ASSERT_TRUE(engine->catalog().create({"t", "c"}, {.options = options}).ok());
  Collection log(engine.get(), "t", "c");
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(log.insert(document("_id", i))->inserted, 1);
  EXPECT_EQ(*log.count(), 10);
  EXPECT_EQ(engine->storage().statistics().slow_seeks, 0U);
}

}  // namespace
}  // namespace cairn::api
