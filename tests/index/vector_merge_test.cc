// Merges: what they take, and that a graph that was taken over is as good as one made anew.
#include "tests/index/vector_data.h"

#include "index/vector/index.h"

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 48;
constexpr Space kSpace{Element::kFloat32, Metric::kCosine, kDimensions};
constexpr std::uint32_t kRows = 8000;
constexpr std::uint32_t kQueries = 100;

class VectorMerge : public ::testing::Test {
 protected:
  void insert(std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t at = from; at < to; ++at) index_.insert(at, ++sequence_, rows_.rows[at]);
  }
  void erase(std::uint32_t id) { index_.erase(id, ++sequence_); }
  // What a merge of all that is chosen reports; the last one's.
  BuildReport merge(Pace pace, std::size_t most_rows = kRows) {
    index_.freeze();
    BuildReport report;
    while (true) {
      Merge parts = choose_merge(*index_.view(), most_rows, pace);
      if (parts.segments.empty() && parts.deltas.empty()) return report;
      const auto merged =
          index_.merge(std::move(parts), folder_ / std::to_string(++files_), sequence_);
      EXPECT_TRUE(merged.ok()) << merged.status().to_string();
      if (!merged.ok() || files_ > 50) return report;
      report = merged->report;
      index_.install(*merged);
    }
  }
  double recall(std::uint32_t candidates, const std::vector<bool>& gone) {
    double sum = 0;
    for (std::uint32_t q = 0; q < kQueries; ++q) {
      const RowView query = bytes_of(data_.query(q), kDimensions);
      const auto wanted =
          plain_search(rows_, query, 10, [&](std::uint32_t at) { return !gone[at]; });
      SearchStats stats;
      const auto found = index_.search({.row = query}, {.candidates = candidates}, stats);
      EXPECT_TRUE(found.ok());
      for (const Hit& hit : *found) EXPECT_FALSE(gone[hit.id]);
      sum += share_of(wanted, *found);
    }
    return sum / kQueries;
  }

  const ann::DataSet data_ = ann::make_mixture(kRows, kQueries, kDimensions, 17);
  const TestRows rows_{kSpace, data_.rows};
  TestFolder folder_;
  Index index_{{.segment = {.space = kSpace}, .delta_rows = kRows}};
  std::uint64_t sequence_ = 0;
  int files_ = 0;
};

TEST_F(VectorMerge, TheLargestGraphIsTakenOver) {
  insert(0, kRows);
  merge(Pace::kBusy);
  const std::vector<bool> all(kRows);
  const double made_at_once = recall(60, all);

  for (std::uint32_t at = 0; at < kRows; ++at) erase(at);
  merge(Pace::kBusy);
  ASSERT_TRUE(index_.view()->segments.empty());

  insert(0, kRows / 2);
  EXPECT_EQ(merge(Pace::kBusy).inserted, kRows / 2);
  insert(kRows / 2, kRows);
  EXPECT_EQ(merge(Pace::kBusy).inserted, kRows / 2);
  ASSERT_EQ(index_.view()->segments.size(), 1);
  EXPECT_EQ(index_.view()->segments.front().segment->size(), kRows);
  EXPECT_GE(recall(60, all), made_at_once - 0.01);
}

TEST_F(VectorMerge, AFewDeadRowsStayInAGraphThatIsTakenOver) {
  constexpr std::uint32_t kOld = 4000;
  insert(0, kOld);
  merge(Pace::kBusy);
  std::vector<bool> gone(kRows);
  for (std::uint32_t id = 0; id < kOld; id += 25) {
    gone[id] = true;
    erase(id);
  }
  insert(kOld, kRows);
  EXPECT_EQ(merge(Pace::kBusy).inserted, kRows - kOld);
  EXPECT_EQ(index_.view()->segments.front().segment->size(), kRows);
  EXPECT_EQ(index_.view()->segments.front().deaths->count(), kOld / 25);
  EXPECT_GE(recall(100, gone), 0.95);
}

TEST_F(VectorMerge, ManyDeadRowsDoNot) {
  constexpr std::uint32_t kOld = 4000;
  insert(0, kOld);
  merge(Pace::kBusy);
  std::vector<bool> gone(kRows);
  for (std::uint32_t id = 0; id < kOld; id += 10) {
    gone[id] = true;
    erase(id);
  }
  insert(kOld, kRows);
  EXPECT_EQ(merge(Pace::kBusy).inserted, kRows - kOld / 10);
  EXPECT_EQ(index_.view()->segments.front().deaths->count(), 0);
  EXPECT_GE(recall(100, gone), 0.95);
}

TEST_F(VectorMerge, AFewRowsWaitUntilTheyJoinTheLargestSegment) {
  insert(0, 6000);
  index_.freeze();
  EXPECT_FALSE(waits_for_more(*index_.view()));
  merge(Pace::kBusy);
  insert(6000, 6450);
  index_.freeze();
  EXPECT_TRUE(waits_for_more(*index_.view()));
  insert(6450, 6550);
  index_.freeze();
  EXPECT_FALSE(waits_for_more(*index_.view()));
  EXPECT_EQ(merge(Pace::kBusy).inserted, 550);
  EXPECT_EQ(index_.view()->segments.size(), 1);
  // Not while a segment is to be cleaned of what has gone.
  for (std::uint32_t id = 0; id < 2000; ++id) erase(id);
  EXPECT_FALSE(waits_for_more(*index_.view()));
}

TEST_F(VectorMerge, AtLeisureThereIsOneSegment) {
  insert(0, 7000);
  merge(Pace::kBusy);
  EXPECT_FALSE(is_crumbled(*index_.view()));
  insert(7000, 7550);
  EXPECT_TRUE(is_crumbled(*index_.view()));
  merge(Pace::kBusy);
  EXPECT_EQ(index_.view()->segments.size(), 2);
  EXPECT_TRUE(is_crumbled(*index_.view()));
  // Not where there is no room for it.
  merge(Pace::kLeisure, 7100);
  EXPECT_EQ(index_.view()->segments.size(), 2);
  EXPECT_EQ(merge(Pace::kLeisure).inserted, 550);
  EXPECT_EQ(index_.view()->segments.size(), 1);
  EXPECT_FALSE(is_crumbled(*index_.view()));
  // A few rows are not worth moving the others.
  insert(7550, 7555);
  merge(Pace::kLeisure);
  EXPECT_EQ(index_.view()->segments.size(), 2);
}

}  // namespace
}  // namespace cairn::vector
