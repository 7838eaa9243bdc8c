// Numbers whose products do not fit float32: no search loses other rows, and exact ones are exact.
#include "tests/index/vector_data.h"

#include "index/vector/index.h"
#include "index/vector/segment.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 8;
constexpr std::uint32_t kRows = 1000;
constexpr float kHuge = 3e38F;

using Case = std::tuple<Metric, Quantization, Method>;

class VectorHuge : public ::testing::TestWithParam<Case> {
 protected:
  VectorHuge() {
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    std::vector<float> numbers;
    for (std::uint32_t at = 0; at < kRows; ++at) {
      for (std::uint32_t i = 0; i < kDimensions; ++i) {
        const float number = normal(random);
        // One in fifty is huge, one in fifty such that squares barely fit.
        if (at % 50 == 7) {
          numbers.push_back(number < 0 ? -kHuge : kHuge);
        } else {
          numbers.push_back(at % 50 == 8 ? number * 2e18F : number);
        }
      }
    }
    rows_ = TestRows(space_, numbers);
    std::vector<float> queries;
    for (const float scale : {1.0F, 1e18F, 1e30F, 1e38F}) {
      for (std::uint32_t i = 0; i < 4 * kDimensions; ++i) {
        queries.push_back(std::clamp(normal(random), -3.0F, 3.0F) * scale);
      }
    }
    queries_ = TestRows(space_, queries);
  }

  double length(RowView row) const {
    const std::vector<float> zeros(kDimensions);
    return std::sqrt(plain_distance({Element::kFloat32, Metric::kEuclidean, kDimensions}, row,
                                    bytes_of(zeros.data(), kDimensions)));
  }

  // Rounding is relative to the lengths; what float32 does not hold is infinite.
  void expect_nearest(RowView query, const std::vector<std::uint64_t>& found, std::size_t limit) {
    const auto wanted = plain_search(rows_, query, limit, [](auto) { return true; });
    ASSERT_EQ(found.size(), limit);
    for (std::size_t i = 0; i < limit; ++i) {
      const double best = plain_distance(space_, query, rows_.rows[wanted[i]]);
      const double distance = plain_distance(space_, query, rows_.rows[found[i]]);
      if (static_cast<float>(best) == static_cast<float>(distance)) continue;
      const double a = length(query);
      const double b = length(rows_.rows[found[i]]);
      const double scale = space_.metric == Metric::kDotProduct ? a * b : (a + b) * (a + b);
      EXPECT_LE(distance, best + 1e-5 * scale) << i << " of " << limit;
    }
  }

  const Space space_{Element::kFloat32, std::get<Metric>(GetParam()), kDimensions};
  TestRows rows_{space_, {}};
  TestRows queries_{space_, {}};
  TestFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(
    Kinds, VectorHuge,
    ::testing::Combine(::testing::Values(Metric::kEuclidean, Metric::kCosine, Metric::kDotProduct),
                       ::testing::Values(Quantization::kNone, Quantization::kScalar,
                                         Quantization::kBinary),
                       ::testing::Values(Method::kHnsw, Method::kFlat)));

TEST_P(VectorHuge, RowsInSegments) {
  const SegmentOptions options{.space = space_,
                               .quantization = std::get<Quantization>(GetParam()),
                               .method = std::get<Method>(GetParam())};
  ASSERT_TRUE(build_segment(folder_ / "segment", options, rows_.source()).ok());
  const auto segment = Segment::open(folder_ / "segment");
  ASSERT_TRUE(segment.ok());
  for (const Row& query : queries_.rows) {
    for (const std::uint32_t limit : {5U, 15U, 100U, kRows}) {
      SearchStats stats;
      const auto exact = (*segment)->search(
          {.row = query}, {.limit = limit, .exactness = Exactness::kExact}, stats);
      ASSERT_TRUE(exact.ok());
      std::vector<std::uint64_t> ids;
      for (const Candidate& c : *exact) ids.push_back(c.id);
      expect_nearest(query, ids, limit);
      const auto some =
          (*segment)->search({.row = query}, {.limit = limit, .candidates = limit}, stats);
      ASSERT_TRUE(some.ok());
      EXPECT_EQ(some->size(), limit);
      for (const Candidate& c : *some) EXPECT_FALSE(std::isnan(c.distance));
    }
  }
}

TEST_P(VectorHuge, RowsInDeltas) {
  Index index({.segment = {.space = space_}, .delta_rows = kRows});
  for (std::uint32_t at = 0; at < kRows; ++at) index.insert(at, at + 1, rows_.rows[at]);
  for (const Row& query : queries_.rows) {
    for (const std::uint32_t limit : {5U, 15U, 100U, kRows}) {
      SearchStats stats;
      const auto exact =
          index.search({.row = query}, {.limit = limit, .exactness = Exactness::kExact}, stats);
      ASSERT_TRUE(exact.ok());
      std::vector<std::uint64_t> ids;
      for (const Hit& hit : *exact) ids.push_back(hit.id);
      expect_nearest(query, ids, limit);
    }
  }
}

}  // namespace
}  // namespace cairn::vector
