// Equal rows by the thousand: they neither hide what lies beyond them nor each other.
#include "tests/index/vector_data.h"

#include "index/vector/segment.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 12;
constexpr std::uint32_t kRows = 10000;
constexpr std::uint32_t kTwins = 2000;
constexpr std::uint32_t kQueries = 40;
constexpr std::uint32_t kLimit = 10;

enum class Order : std::uint8_t { kFirst, kShuffled, kLast };

struct Case {
  const char* name;
  Metric metric;
  Order order;
  unsigned threads;
  Quantization quantization = Quantization::kScalar;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// Which rows are equal to each other.
std::vector<bool> choose_twins(Order order) {
  std::vector<bool> twins(kRows);
  std::fill_n(twins.begin(), kTwins, true);
  std::minstd_rand random(5);
  if (order == Order::kShuffled) std::shuffle(twins.begin(), twins.end(), random);
  if (order == Order::kLast) std::reverse(twins.begin(), twins.end());
  return twins;
}

class VectorTwins : public ::testing::TestWithParam<Case> {
 protected:
  VectorTwins() : space_{Element::kFloat32, GetParam().metric, kDimensions} {
    std::normal_distribution<float> normal;
    std::vector<float> numbers;
    for (std::uint32_t at = 0; at < kRows; ++at) {
      for (std::uint32_t i = 0; i < kDimensions; ++i) {
        numbers.push_back(twins_[at] ? 1.0F : normal(random_));
      }
    }
    rows_ = TestRows(space_, numbers);
    std::vector<float> queries;
    for (std::uint32_t i = 0; i < kQueries * kDimensions; ++i) queries.push_back(normal(random_));
    queries_ = TestRows(space_, queries);
    twin_ = TestRows(space_, std::vector<float>(kDimensions, 1.0F));
    options_ = {.space = space_,
                .quantization = GetParam().quantization,
                .graph = {.threads = GetParam().threads}};
  }

  std::shared_ptr<const Segment> build(const std::string& name, std::vector<SourceRow> rows,
                                       const Segment* base = nullptr) {
    const auto built = build_segment(folder_ / name, options_, std::move(rows), base);
    EXPECT_TRUE(built.ok()) << built.status().to_string();
    const auto segment = Segment::open(folder_ / name);
    EXPECT_TRUE(segment.ok()) << segment.status().to_string();
    return segment.ok() ? *segment : nullptr;
  }

  // How much of what is nearest is found, by distance, since there are ties.
  double recall(const Segment& segment, RowView query) const {
    const auto wanted = plain_search(rows_, query, kLimit, [](auto) { return true; });
    const double farthest = plain_distance(space_, query, rows_.rows[wanted.back()]);
    SearchStats stats;
    const auto found = segment.search({.row = query}, {.limit = kLimit, .candidates = 200}, stats);
    EXPECT_TRUE(found.ok());
    return static_cast<double>(std::ranges::count_if(
               *found, [&](const Candidate& c) { return c.distance <= farthest + 1e-5; })) /
           kLimit;
  }

  // How many of the equal rows a search that is at them finds, through a filter or none.
  std::uint32_t twins_found(const Segment& segment, const IdFilter* filter, std::uint32_t limit) {
    SearchStats stats;
    const auto found = segment.search({.row = twin_.rows[0], .filter = filter},
                                      {.limit = limit, .candidates = 200}, stats);
    EXPECT_TRUE(found.ok());
    return static_cast<std::uint32_t>(
        std::ranges::count_if(*found, [&](const Candidate& c) { return twins_[c.id]; }));
  }

  void expect_good(const Segment& segment) {
    double sum = 0;
    for (const Row& query : queries_.rows) sum += recall(segment, query);
    EXPECT_GE(sum / kQueries, 0.95);
    EXPECT_EQ(recall(segment, twin_.rows[0]), 1.0);
    // By inner product a few longer rows are nearer to them than they are to each other.
    if (space_.metric == Metric::kDotProduct) return;
    EXPECT_EQ(twins_found(segment, nullptr, 100), 100U);
    std::vector<std::uint64_t> third;
    std::vector<std::uint64_t> fifteen;
    for (std::uint32_t at = 0; at < kRows; ++at) {
      if (at % 10 < 3) third.push_back(at);
      if (twins_[at] ? fifteen.size() < 15 : false) fifteen.push_back(at);
    }
    EXPECT_EQ(twins_found(segment, std::make_unique<ListFilter>(third).get(), 100), 100U);
    EXPECT_EQ(twins_found(segment, std::make_unique<ListFilter>(fifteen).get(), 20), 15U);
  }

  const Space space_;
  const std::vector<bool> twins_ = choose_twins(GetParam().order);
  std::mt19937 random_{3};
  TestRows rows_{space_, {}};
  TestRows queries_{space_, {}};
  TestRows twin_{space_, {}};
  TestFolder folder_;
  SegmentOptions options_;
};

INSTANTIATE_TEST_SUITE_P(
    Kinds, VectorTwins,
    ::testing::Values(Case{"euclidean_first", Metric::kEuclidean, Order::kFirst, 1},
                      Case{"euclidean_shuffled", Metric::kEuclidean, Order::kShuffled, 1},
                      Case{"euclidean_shuffled_threads", Metric::kEuclidean, Order::kShuffled, 2},
                      Case{"euclidean_last", Metric::kEuclidean, Order::kLast, 1},
                      Case{"euclidean_rows", Metric::kEuclidean, Order::kShuffled, 2,
                           Quantization::kNone},
                      Case{"cosine_first", Metric::kCosine, Order::kFirst, 2},
                      Case{"cosine_shuffled", Metric::kCosine, Order::kShuffled, 1},
                      Case{"cosine_last", Metric::kCosine, Order::kLast, 2},
                      Case{"dot_first", Metric::kDotProduct, Order::kFirst, 2},
                      Case{"dot_shuffled", Metric::kDotProduct, Order::kShuffled, 1},
                      Case{"dot_last", Metric::kDotProduct, Order::kLast, 2}),
    [](const auto& kind) { return kind.param.name; });

TEST_P(VectorTwins, HideNothing) {
  const auto segment = build("all", rows_.source());
  ASSERT_NE(segment, nullptr);
  expect_good(*segment);
}

TEST_P(VectorTwins, HideNothingAfterAMerge) {
  std::vector<SourceRow> all = rows_.source();
  std::vector<SourceRow> first;
  for (SourceRow& row : all) {
    if (row.id % 5 == 0) continue;
    first.push_back(row);
    row.base = static_cast<std::uint32_t>(first.size() - 1);
  }
  const auto base = build("base", first);
  ASSERT_NE(base, nullptr);
  const auto segment = build("all", all, base.get());
  ASSERT_NE(segment, nullptr);
  expect_good(*segment);
}

TEST_P(VectorTwins, MayBeAllThatThereIs) {
  const TestRows rows(space_, std::vector<float>(std::size_t{kRows} * kDimensions, 1.0F));
  const auto segment = build("equal", rows.source());
  ASSERT_NE(segment, nullptr);
  SearchStats stats;
  const auto found =
      segment->search({.row = queries_.rows[0]}, {.limit = 150, .candidates = 150}, stats);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), 150U);
  EXPECT_EQ(stats.plan, Plan::kTraverse);
  EXPECT_EQ(stats.fallbacks, 0U);
}

}  // namespace
}  // namespace cairn::vector
