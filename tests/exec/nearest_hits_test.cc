// Hits of a vector search: which are kept, and how much of their documents.
#include "engine/exec/nearest_hits.h"

#include <string>

#include <gtest/gtest.h>

namespace cairn::exec {
namespace {

constexpr std::size_t kMost = 10000;
constexpr Keyspace kDocuments = 7;

Document of_bytes(std::size_t bytes) {
  DocumentBuilder out;
  out.append("text", std::string(bytes, 'x'));
  return out.take();
}

std::size_t kept(const std::vector<VectorHit>& hits) {
  std::size_t bytes = 0;
  for (const VectorHit& hit : hits) bytes += hit.document.empty() ? 0 : hit.document.size();
  return bytes;
}

TEST(NearestHits, AreTheHighestScores) {
  NearestHits nearest(3, kMost);
  for (const int score : {4, 1, 5, 2, 5, 3}) {
    nearest.offer(std::string(1, static_cast<char>('a' + score)), static_cast<float>(score));
  }
  const auto hits = nearest.take(kDocuments);
  ASSERT_EQ(hits.size(), 3U);
  EXPECT_EQ(hits[0].score, 5);
  EXPECT_EQ(hits[1].score, 5);
  EXPECT_EQ(hits[2].score, 4);
}

TEST(NearestHits, KeepNoMoreOfDocumentsThanTheyMay) {
  NearestHits nearest(100, kMost);
  const Document document = of_bytes(1000);
  for (int i = 0; i < 100; ++i) nearest.offer(std::to_string(i), static_cast<float>(i), document);
  const auto hits = nearest.take(kDocuments);
  EXPECT_EQ(hits.size(), 100U);
  EXPECT_LE(kept(hits), kMost);
  EXPECT_GE(kept(hits), kMost - document.size());
}

TEST(NearestHits, WhatIsNoLongerAmongThemLeavesRoom) {
  NearestHits nearest(5, kMost);
  const Document document = of_bytes(1000);
  for (int i = 0; i < 1000; ++i) nearest.offer(std::to_string(i), static_cast<float>(i), document);
  const auto hits = nearest.take(kDocuments);
  ASSERT_EQ(hits.size(), 5U);
  for (const VectorHit& hit : hits) EXPECT_EQ(hit.document.size(), document.size());
}

TEST(NearestHits, ADocumentThatIsTooLargeIsNotKept) {
  NearestHits nearest(2, kMost);
  nearest.offer("large", 1, of_bytes(2 * kMost));
  nearest.offer("small", 2, of_bytes(10));
  const auto hits = nearest.take(kDocuments);
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_FALSE(hits[0].document.empty());
  EXPECT_TRUE(hits[1].document.empty());
}

}  // namespace
}  // namespace cairn::exec
