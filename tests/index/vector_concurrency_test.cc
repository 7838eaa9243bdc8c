// Many threads in one index: searches while rows come and go, merges meanwhile, builds by many
// threads.
#include "tests/index/vector_data.h"

#include "index/vector/index.h"

#include <atomic>
#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

constexpr std::uint32_t kDimensions = 16;
constexpr Space kSpace{Element::kFloat32, Metric::kCosine, kDimensions};

TEST(VectorConcurrency, AcknowledgedRowsAreFoundAndDeadOnesAreNot) {
  constexpr std::uint32_t kRows = 3000;
  const auto data = ann::make_mixture(kRows, 1, kDimensions, 2);
  const TestRows rows(kSpace, data.rows);
  const TestFolder folder;
  Index index(
      {.segment = {.space = kSpace, .graph = {.candidates = 32, .threads = 2}}, .delta_rows = 128});
  // Row i comes with sequence i + 1; row i - 500 goes with the same.
  constexpr std::uint32_t kLife = 500;
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<bool> done{false};

  std::thread writer([&] {
    for (std::uint32_t at = 0; at < kRows; ++at) {
      index.insert(at, at + 1, rows.rows[at]);
      if (at >= kLife) index.erase(at - kLife, at + 1);
      acknowledged = at + 1;
    }
    done = true;
  });
  std::thread merger([&] {
    for (int file = 0; !done; ++file) {
      const std::uint64_t oldest = acknowledged > 50 ? acknowledged - 50 : 0;
      Merge parts = choose_merge(*index.view());
      if (parts.deltas.empty()) continue;
      const auto merged = index.merge(std::move(parts), folder / std::to_string(file), oldest);
      ASSERT_TRUE(merged.ok());
      index.install(*merged);
    }
  });
  std::vector<std::thread> readers;
  for (unsigned reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&, reader] {
      std::mt19937 random(reader);
      while (!done) {
        const std::uint64_t read = acknowledged;
        if (read == 0) continue;
        const auto living = static_cast<std::uint32_t>(std::min<std::uint64_t>(read, kLife));
        const auto at = static_cast<std::uint32_t>(read - 1 - random() % living);
        SearchStats stats;
        const auto found =
            index.search({.row = rows.rows[at]},
                         {.limit = 3,
                          .exactness = reader == 0 ? Exactness::kExact : Exactness::kApproximate,
                          .read_sequence = read},
                         stats);
        ASSERT_TRUE(found.ok());
        ASSERT_EQ(found->size(), std::min<std::size_t>(3, living));
        for (const Hit& hit : *found) {
          EXPECT_LT(hit.id, read);
          EXPECT_GE(hit.id + kLife, read);
        }
        if (reader == 0) {
          EXPECT_EQ(found->front().id, at);
        }
      }
    });
  }
  writer.join();
  merger.join();
  for (std::thread& reader : readers) reader.join();
}

TEST(VectorConcurrency, ManyThreadsBuildAsGoodAGraph) {
  constexpr std::uint32_t kQueries = 30;
  const auto data = ann::make_mixture(3000, kQueries, kDimensions, 6);
  const TestRows rows(kSpace, data.rows);
  const TestFolder folder;
  const auto path = folder / "segment";
  ASSERT_TRUE(build_segment(path, {.space = kSpace, .graph = {.threads = 4}}, rows.source()).ok());
  const auto segment = *Segment::open(path);
  double recall = 0;
  SearchStats stats;
  for (std::uint32_t q = 0; q < kQueries; ++q) {
    const RowView query = bytes_of(data.query(q), kDimensions);
    const auto wanted = plain_search(rows, query, 10, [](auto) { return true; });
    recall += share_of(wanted, *segment->search({.row = query}, {}, stats)) / kQueries;
  }
  EXPECT_GE(recall, 0.95);
}

TEST(VectorConcurrency, ABuildEndsWhenAsked) {
  const TestRows rows(kSpace, ann::make_mixture(3000, 1, kDimensions, 6).rows);
  const TestFolder folder;
  SegmentOptions options{.space = kSpace};
  options.graph.threads = 2;
  options.graph.cancelled = [] { return true; };
  const auto built = build_segment(folder / "segment", options, rows.source());
  EXPECT_EQ(built.status().code(), ErrorCode::kInterrupted);
  EXPECT_FALSE(std::filesystem::exists(folder / "segment"));
  EXPECT_FALSE(std::filesystem::exists(folder / "segment.tmp"));
}

}  // namespace
}  // namespace cairn::vector
