// How long operations on a collection have taken, as `$collStats` tells it. The server counts its
// commands; tests/spec/stages/coll_stats.spec holds that it does.
#include "engine/catalog/latency.h"

#include "tests/api/engine_in_memory.h"

#include <gtest/gtest.h>

#include <cairn/collection.h>

namespace cairn::api {
namespace {

TEST(Latency, HasABucketForEveryTime) {
  EXPECT_EQ(Latency::bucket_of(0), 0U);
  for (std::size_t bucket = 0; bucket < Latency::kBuckets; ++bucket) {
    const auto least = static_cast<std::uint64_t>(Latency::least_of(bucket));
    EXPECT_EQ(Latency::bucket_of(least), bucket);
    if (bucket > 0) {
      EXPECT_EQ(Latency::bucket_of(least - 1), bucket - 1);
    }
  }
  EXPECT_EQ(Latency::least_of(11), 2048);
  EXPECT_EQ(Latency::least_of(12), 3072);
  EXPECT_EQ(Latency::bucket_of(~std::uint64_t{0}), Latency::kBuckets - 1);
}

TEST(Latency, IsShownPerCollectionAndKind) {
  const auto engine = engine_in_memory([] { return std::int64_t{0}; });
  ASSERT_NE(engine, nullptr);
  Collection collection(engine.get(), "t", "c");
  ASSERT_TRUE(collection.insert(document("_id", 1)).ok());
  collection.note_latency(OperationKind::kRead, std::chrono::microseconds(5));
  collection.note_latency(OperationKind::kRead, std::chrono::microseconds(6));
  collection.note_latency(OperationKind::kWrite, std::chrono::microseconds(3000));
  Collection(engine.get(), "t", "missing").note_latency(OperationKind::kRead, {});
  const Document wanted = document("latencyStats", document("histograms", true));
  const Document pipeline = document("all", array(document("$collStats", wanted)));
  auto rows = collection.aggregate(pipeline.view()["all"].as_document());
  ASSERT_TRUE(rows.ok()) << rows.status().to_string();
  const auto row = rows->next();
  ASSERT_TRUE(row.ok() && *row);
  const DocumentView told = (**row)["latencyStats"].as_document();
  EXPECT_EQ(to_json(told["reads"]), R"({"histogram":[{"micros":4,"count":2}],"latency":11,"ops":2,)"
                                    R"("queryableEncryptionLatencyMicros":0})");
  EXPECT_EQ(to_json(told["writes"]),
            R"({"histogram":[{"micros":2048,"count":1}],"latency":3000,"ops":1,)"
            R"("queryableEncryptionLatencyMicros":0})");
}

}  // namespace
}  // namespace cairn::api
