// Segments: what they find against plain searches, how well, and what damaged files do.
#include "tests/index/vector_data.h"

#include "index/vector/plan.h"
#include "index/vector/segment.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 48;
constexpr std::uint32_t kQueries = 40;

std::shared_ptr<const Segment> build(const TestFolder& folder, const TestRows& rows,
                                     const SegmentOptions& options, BuildReport* report = nullptr) {
  const auto path = folder / "segment";
  const auto built = build_segment(path, options, rows.source());
  EXPECT_TRUE(built.ok()) << built.status().to_string();
  if (report != nullptr) *report = *built;
  auto segment = Segment::open(path);
  EXPECT_TRUE(segment.ok()) << segment.status().to_string();
  return *segment;
}

struct Case {
  const char* name;
  Space space;
  Quantization quantization;
  CodeKind codes;
  double recall;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class VectorSegments : public ::testing::TestWithParam<Case> {};

constexpr auto kFloat = Element::kFloat32;

INSTANTIATE_TEST_SUITE_P(Kinds, VectorSegments,
                         ::testing::Values(Case{"scalar_cosine",
                                                {kFloat, Metric::kCosine, kDimensions},
                                                Quantization::kScalar,
                                                CodeKind::kBytes,
                                                0.95},
                                           Case{"scalar_euclidean",
                                                {kFloat, Metric::kEuclidean, kDimensions},
                                                Quantization::kScalar,
                                                CodeKind::kBytes,
                                                0.95},
                                           Case{"scalar_dot",
                                                {kFloat, Metric::kDotProduct, kDimensions},
                                                Quantization::kScalar,
                                                CodeKind::kBytes,
                                                0.95},
                                           Case{"none_cosine",
                                                {kFloat, Metric::kCosine, kDimensions},
                                                Quantization::kNone,
                                                CodeKind::kRows,
                                                0.95},
                                           Case{"binary_cosine",
                                                {kFloat, Metric::kCosine, 256},
                                                Quantization::kBinary,
                                                CodeKind::kSigns,
                                                0.93},
                                           Case{"binary_euclidean",
                                                {kFloat, Metric::kEuclidean, 256},
                                                Quantization::kBinary,
                                                CodeKind::kSigns,
                                                0.93},
                                           Case{"int8_euclidean",
                                                {Element::kInt8, Metric::kEuclidean, kDimensions},
                                                Quantization::kNone,
                                                CodeKind::kBytes,
                                                0.95},
                                           Case{"int8_cosine",
                                                {Element::kInt8, Metric::kCosine, kDimensions},
                                                Quantization::kNone,
                                                CodeKind::kBytes,
                                                0.95},
                                           Case{"bits",
                                                {Element::kBit, Metric::kEuclidean, 256},
                                                Quantization::kNone,
                                                CodeKind::kRows,
                                                0.85}),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(VectorSegments, FindWhatPlainSearchesFind) {
  const Case& c = GetParam();
  const auto data = ann::make_mixture(5000, kQueries, c.space.dimensions, 11);
  const TestRows rows(c.space, data.rows);
  const TestRows queries(c.space, data.queries);
  const TestFolder folder;
  const auto segment = build(folder, rows, {.space = c.space, .quantization = c.quantization});
  ASSERT_NE(segment, nullptr);
  EXPECT_EQ(segment->codes(), c.codes);
  double recall = 0;
  SearchStats stats;
  for (const Row& query : queries.rows) {
    const auto wanted = plain_search(rows, query, 10, [](auto) { return true; });
    const auto exact =
        segment->search({.row = query}, {.limit = 10, .exactness = Exactness::kExact}, stats);
    ASSERT_TRUE(exact.ok());
    ASSERT_EQ(exact->size(), 10);
    for (std::size_t i = 0; i < 10; ++i) {
      // Near-ties may be in another order; the distances may not be others.
      const double distance = plain_distance(c.space, query, rows.rows[(*exact)[i].id]);
      EXPECT_NEAR((*exact)[i].distance, distance, 1e-4 * (1 + std::abs(distance)));
      const double best = plain_distance(c.space, query, rows.rows[wanted[i]]);
      EXPECT_NEAR(distance, best, 1e-5 * (1 + std::abs(best)));
    }
    const auto near = segment->search({.row = query}, {.limit = 10, .candidates = 100}, stats);
    ASSERT_TRUE(near.ok());
    // Against the distance, since bits and bytes have real ties.
    const double last = (*exact)[9].distance;
    recall +=
        double(std::count_if(near->begin(), near->end(),
                             [&](const Candidate& found) { return found.distance <= last; })) /
        10;
  }
  EXPECT_GE(recall / kQueries, c.recall);
}

TEST(VectorSegment, OneThreadAndOneSeedMakeOneGraph) {
  const Space space{kFloat, Metric::kCosine, kDimensions};
  const TestRows rows(space, ann::make_mixture(2000, 1, kDimensions, 3).rows);
  const TestFolder folder;
  const auto bytes = [&](std::uint64_t seed) {
    const auto path = folder / "segment";
    EXPECT_TRUE(build_segment(path, {.space = space, .graph = {.seed = seed}}, rows.source()).ok());
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string once = bytes(5);
  EXPECT_EQ(bytes(5), once);
  EXPECT_NE(bytes(6), once);
}

// One dimension that dwarfs all others leaves a byte nothing to tell rows apart by.
TEST(VectorSegment, CodesThatLoseTooMuchAreNotUsed) {
  const Space space{kFloat, Metric::kEuclidean, kDimensions};
  auto data = ann::make_mixture(4000, kQueries, kDimensions, 5);
  for (std::size_t at = 0; at < data.rows.size(); at += kDimensions) data.rows[at] = 5000;
  for (std::size_t at = 0; at < data.queries.size(); at += kDimensions) data.queries[at] = 5000;
  const TestRows rows(space, data.rows);
  const TestFolder folder;
  BuildReport report;
  const auto segment = build(folder, rows, {.space = space}, &report);
  EXPECT_EQ(segment->codes(), CodeKind::kRows);
  EXPECT_TRUE(report.graph_by_rows);
  double recall = 0;
  SearchStats stats;
  for (std::uint32_t q = 0; q < kQueries; ++q) {
    const RowView query = bytes_of(data.query(q), kDimensions);
    const auto wanted = plain_search(rows, query, 10, [](auto) { return true; });
    recall += share_of(wanted, *segment->search({.row = query}, {}, stats));
  }
  EXPECT_GE(recall / kQueries, 0.9);
}

// All distances are nearly alike: a fixed number of candidates to re-rank would not do.
TEST(VectorSegment, NearTiesAreFoundByScans) {
  const Space space{kFloat, Metric::kEuclidean, kDimensions};
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(3000 * kDimensions);
  for (std::size_t at = 0; at < numbers.size(); at += kDimensions) {
    double squared = 0;
    for (std::uint32_t i = 0; i < kDimensions; ++i) {
      numbers[at + i] = normal(random);
      squared += double{numbers[at + i]} * numbers[at + i];
    }
    const double radius = 1 + 1e-4 * double(at / kDimensions) / 3000;
    for (std::uint32_t i = 0; i < kDimensions; ++i) {
      numbers[at + i] = static_cast<float>(numbers[at + i] * radius / std::sqrt(squared));
    }
  }
  const TestRows rows(space, numbers);
  const TestFolder folder;
  const auto segment = build(folder, rows, {.space = space, .method = Method::kFlat});
  EXPECT_FALSE(segment->has_graph());
  const Row centre(space.row_bytes());  // all rows are about 1 from it
  const auto wanted = plain_search(rows, centre, 10, [](auto) { return true; });
  SearchStats stats;
  EXPECT_GE(share_of(wanted, *segment->search({.row = centre}, {.limit = 10}, stats)), 0.9);
  EXPECT_EQ(
      share_of(wanted, *segment->search({.row = centre},
                                        {.limit = 10, .exactness = Exactness::kExact}, stats)),
      1.0);
}

// Clusters far apart, all about as far from each other; only those that are not the query's match.
TEST(VectorSegment, WhereNothingNearMatchesTheFarOnesAreFound) {
  constexpr std::uint32_t kRows = 12000;
  constexpr std::uint32_t kClusters = 40;
  constexpr std::uint32_t kWide = 128;
  std::mt19937 random(12);
  std::normal_distribution<float> normal;
  std::vector<float> centres(kClusters * kWide);
  for (float& number : centres) number = normal(random);
  const auto draw = [&](std::uint32_t cluster, std::vector<float>& to) {
    for (std::uint32_t i = 0; i < kWide; ++i) {
      to.push_back(centres[cluster * kWide + i] + 1.2F * normal(random));
    }
  };
  std::vector<float> numbers;
  for (std::uint32_t at = 0; at < kRows; ++at) draw(at % kClusters, numbers);
  const TestRows rows({kFloat, Metric::kCosine, kWide}, numbers);
  const TestFolder folder;
  const auto segment = build(folder, rows, {.space = rows.space});
  double recall = 0;
  for (std::uint32_t q = 0; q < kQueries; ++q) {
    std::vector<float> query;
    draw(q % kClusters, query);
    const Row row = *prepare(rows.space, bytes_of(query.data(), kWide));
    const auto matches = [&](std::uint32_t at) {
      return (at % kClusters + kClusters - q % kClusters) % kClusters >= kClusters / 2;
    };
    Bitmap matching(kRows);
    for (std::uint32_t at = 0; at < kRows; ++at) {
      if (matches(at)) matching.set(at);
    }
    SearchStats stats;
    const auto found = segment->search({.row = row, .matching = &matching}, {}, stats);
    ASSERT_TRUE(found.ok());
    recall += share_of(plain_search(rows, row, 10, matches), *found);
  }
  EXPECT_GE(recall / kQueries, 0.97);
}

class VectorFilters : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TestFolder;
    data_ = new ann::DataSet(ann::make_mixture(kRows, kQueries, kDimensions, 21));
    rows_ = new TestRows(kSpace, data_->rows);
    segment_ = new std::shared_ptr<const Segment>(build(*folder_, *rows_, {.space = kSpace}));
  }
  static void TearDownTestSuite() {
    delete segment_;
    delete rows_;
    delete data_;
    delete folder_;
  }

  // The recall over all queries; `admits(row, query)`.
  template <class Admits>
  double recall(const Admits& admits) {
    double sum = 0;
    for (std::uint32_t q = 0; q < kQueries; ++q) {
      Bitmap matching(kRows);
      for (std::uint32_t at = 0; at < kRows; ++at) {
        if (admits(at, q)) matching.set(at);
      }
      const RowView query = bytes_of(data_->query(q), kDimensions);
      const auto wanted =
          plain_search(*rows_, query, 10, [&](std::uint32_t at) { return matching.test(at); });
      const auto found = (*segment_)->search({.row = query, .matching = &matching}, {}, stats_);
      EXPECT_TRUE(found.ok());
      EXPECT_EQ(found->size(), wanted.size());
      for (const Candidate& c : *found) EXPECT_TRUE(matching.test(c.id));
      sum += share_of(wanted, *found);
    }
    return sum / kQueries;
  }
  static double random_share(std::uint32_t at) { return double(at * 2654435761U) / 4294967296.0; }

  static constexpr std::uint32_t kRows = 16000;
  static constexpr Space kSpace{kFloat, Metric::kCosine, kDimensions};
  static TestFolder* folder_;
  static ann::DataSet* data_;
  static TestRows* rows_;
  static std::shared_ptr<const Segment>* segment_;
  SearchStats stats_;
};

TestFolder* VectorFilters::folder_;
ann::DataSet* VectorFilters::data_;
TestRows* VectorFilters::rows_;
std::shared_ptr<const Segment>* VectorFilters::segment_;

TEST_F(VectorFilters, Random) {
  for (const double share : {0.0002, 0.01, 0.1, 0.5, 0.8, 0.98}) {
    EXPECT_GE(recall([&](auto at, auto) { return random_share(at) < share; }), 0.95) << share;
  }
  EXPECT_EQ(stats_.plan, Plan::kTraverseFiltered);
}

TEST_F(VectorFilters, NoneMatches) {
  EXPECT_EQ(recall([](auto, auto) { return false; }), 1.0);
}

TEST_F(VectorFilters, OnlyTheFarHalf) {
  // What is near the query never matches.
  const auto far = [&](std::uint32_t at, std::uint32_t q) {
    return plain_distance(kSpace, bytes_of(data_->query(q), kDimensions), rows_->rows[at]) > 1.0;
  };
  EXPECT_GE(recall(far), 0.95);
  EXPECT_GT(stats_.fallbacks + stats_.scans, 0);
}

TEST_F(VectorFilters, NotItsOwnCluster) {
  const auto other = [&](std::uint32_t at, std::uint32_t q) {
    return data_->clusters[at] % 2 != data_->query_clusters[q] % 2;
  };
  EXPECT_GE(recall(other), 0.95);
}

TEST_F(VectorFilters, TheDeadAreNotFound) {
  Deaths deaths(kRows);
  for (std::uint32_t at = 0; at < kRows; ++at) {
    if (random_share(at) < 0.2) deaths.set(at, 100000 + at);
  }
  for (const std::uint64_t read : {kLatest, std::uint64_t{108000}, std::uint64_t{9000}}) {
    const auto visible = [&](std::uint32_t at) {
      return at + 1 <= read && !deaths.dead_at(at, read);
    };
    double sum = 0;
    for (std::uint32_t q = 0; q < kQueries; ++q) {
      const RowView query = bytes_of(data_->query(q), kDimensions);
      const auto found =
          (*segment_)->search({.row = query, .deaths = &deaths}, {.read_sequence = read}, stats_);
      ASSERT_TRUE(found.ok());
      EXPECT_EQ(found->size(), 10);
      for (const Candidate& c : *found) EXPECT_TRUE(visible(c.id));
      sum += share_of(plain_search(*rows_, query, 10, visible), *found);
    }
    EXPECT_GE(sum / kQueries, 0.95) << read;
  }
}

TEST_F(VectorFilters, WhatDiesLaterIsStillFound) {
  Deaths deaths(kRows);
  for (std::uint32_t at = 0; at < kRows; ++at) deaths.set(at, 200000 + at);
  for (const std::uint64_t read : {std::uint64_t{150000}, std::uint64_t{200000 + kRows - 6}}) {
    const RowView query = bytes_of(data_->query(0), kDimensions);
    const auto found =
        (*segment_)->search({.row = query, .deaths = &deaths}, {.read_sequence = read}, stats_);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->size(), read == 150000 ? 10 : 5);
  }
}

TEST_F(VectorFilters, ASearchEndsWhenAsked) {
  const std::function<bool()> now = [] { return true; };
  const RowView query = bytes_of(data_->query(0), kDimensions);
  const auto found = (*segment_)->search(
      {.row = query}, {.exactness = Exactness::kExact, .cancelled = &now}, stats_);
  EXPECT_EQ(found.status().code(), ErrorCode::kInterrupted);
}

TEST_F(VectorFilters, ManyResults) {
  const RowView query = bytes_of(data_->query(0), kDimensions);
  const auto found =
      (*segment_)->search({.row = query}, {.limit = 10000, .candidates = 10000}, stats_);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->size(), 10000);
  const auto none = (*segment_)->search({.row = query}, {.limit = 0}, stats_);
  EXPECT_TRUE(none.ok() && none->empty());
}

TEST(VectorPlans, FollowTheNumberOfMatches) {
  PlanInput input{.rows = 100000, .has_graph = true, .distances_per_search = 2500};
  const auto plan = [&](std::size_t matches) {
    input.matches = matches;
    return choose_plan(input).plan;
  };
  EXPECT_EQ(plan(0), Plan::kNothing);
  EXPECT_EQ(plan(1), Plan::kScan);
  EXPECT_EQ(plan(1000), Plan::kScan);
  EXPECT_EQ(plan(10000), Plan::kScan);
  EXPECT_EQ(plan(50000), Plan::kTraverseFiltered);
  EXPECT_EQ(plan(96000), Plan::kTraverse);
  EXPECT_EQ(plan(100000), Plan::kTraverse);
  input.has_graph = false;
  EXPECT_EQ(plan(100000), Plan::kScan);
}

}  // namespace
}  // namespace cairn::vector
