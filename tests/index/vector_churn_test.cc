// An index that was written to for a while finds as much as one that was built of what is left.
#include "tests/index/vector_data.h"

#include "index/vector/index.h"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 48;
constexpr Space kSpace{Element::kFloat32, Metric::kCosine, kDimensions};
constexpr std::uint32_t kRows = 16000;
constexpr std::uint32_t kQueries = 300;

class Churned {
 public:
  explicit Churned(TestFolder& folder) : folder_(folder) {}

  void put(std::uint64_t id, RowView row) {
    ++sequence_;
    index_.erase(id, sequence_);
    index_.insert(id, sequence_, row);
    merge();
  }
  void erase(std::uint64_t id) { index_.erase(id, ++sequence_); }
  void merge() {
    while (true) {
      Merge parts = choose_merge(*index_.view());
      if (parts.segments.empty() && parts.deltas.empty()) return;
      const auto merged =
          index_.merge(std::move(parts), folder_ / std::to_string(++files_), sequence_);
      ASSERT_TRUE(merged.ok());
      index_.install(*merged);
    }
  }
  void freeze() {
    index_.freeze();
    merge();
  }
  Index& index() { return index_; }

 private:
  TestFolder& folder_;
  Index index_{{.segment = {.space = kSpace}, .delta_rows = 2048}};
  std::uint64_t sequence_ = 1;
  int files_ = 0;
};

TEST(VectorChurn, RecallStaysThatOfAFreshBuild) {
  // The first half of the rows is what the second half becomes.
  const ann::DataSet data = ann::make_mixture(2 * kRows, kQueries, kDimensions, 5);
  const TestRows rows(kSpace, data.rows);
  std::vector<std::uint32_t> at(kRows);  // per id, its row; kRows * 2: none
  std::iota(at.begin(), at.end(), 0U);
  std::mt19937 random(9);
  TestFolder folder;
  Churned churned(folder);
  for (std::uint32_t id = 0; id < kRows; ++id) churned.put(id, rows.rows[id]);
  std::vector<std::uint32_t> order = at;
  std::shuffle(order.begin(), order.end(), random);
  for (std::uint32_t i = 0; i < kRows / 2; ++i) {
    at[order[i]] = kRows + order[i];
    churned.put(order[i], rows.rows[kRows + order[i]]);
  }
  std::shuffle(order.begin(), order.end(), random);
  for (std::uint32_t i = 0; i < kRows / 5; ++i) {
    at[order[i]] = 2 * kRows;
    churned.erase(order[i]);
  }
  churned.merge();

  TestFolder other;
  Churned fresh(other);
  for (std::uint32_t id = 0; id < kRows; ++id) {
    if (at[id] < 2 * kRows) fresh.put(id, rows.rows[at[id]]);
  }
  fresh.freeze();

  for (const std::uint32_t candidates : {30U, 60U, 120U}) {
    double churned_recall = 0;
    double fresh_recall = 0;
    for (std::uint32_t q = 0; q < kQueries; ++q) {
      const Row query = *prepare(kSpace, bytes_of(data.query(q), kDimensions));
      SearchStats stats;
      const auto exact =
          fresh.index().search({.row = query}, {.exactness = Exactness::kExact}, stats);
      ASSERT_TRUE(exact.ok());
      std::vector<std::uint32_t> wanted;
      for (const Hit& hit : *exact) wanted.push_back(static_cast<std::uint32_t>(hit.id));
      const SearchOptions options{.candidates = candidates};
      churned_recall += share_of(wanted, *churned.index().search({.row = query}, options, stats));
      fresh_recall += share_of(wanted, *fresh.index().search({.row = query}, options, stats));
    }
    churned_recall /= kQueries;
    fresh_recall /= kQueries;
    std::cout << candidates << " candidates: recall " << churned_recall << ", of a fresh build "
              << fresh_recall << "\n";
    EXPECT_GE(churned_recall, fresh_recall - 0.005);
  }
}

}  // namespace
}  // namespace cairn::vector
