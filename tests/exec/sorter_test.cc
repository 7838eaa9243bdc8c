// The sorter against std::stable_sort: in memory, on disk, with a limit, merged more than once; and
// what it refuses.
#include "engine/exec/sorter.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace cairn::exec {
namespace {

using Pair = std::pair<std::string, std::string>;  // key, payload

std::vector<Pair> random_pairs(std::size_t count, std::uint32_t seed, std::uint32_t keys) {
  std::mt19937 random(seed);
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    std::string key = "key " + std::to_string(random() % keys);
    if (random() % 4 == 0) key.resize(random() % 5);
    pairs.emplace_back(std::move(key), std::to_string(i) + std::string(random() % 60, '.'));
  }
  return pairs;
}

std::vector<Pair> expected(std::vector<Pair> pairs, std::size_t wanted) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.first < b.first; });
  if (wanted > 0 && wanted < pairs.size()) pairs.resize(wanted);
  return pairs;
}

std::vector<Pair> sorted(const std::vector<Pair>& pairs, Sorter& sorter) {
  for (const auto& [key, payload] : pairs) {
    if (!sorter.wants(key)) continue;
    const Status added = sorter.add(key, {payload.substr(0, 1), payload.substr(1)}, nullptr);
    EXPECT_TRUE(added.ok()) << added.to_string();
  }
  std::vector<Pair> all;
  while (true) {
    auto more = sorter.next(nullptr);
    EXPECT_TRUE(more.ok()) << more.status().to_string();
    if (!more.ok() || !*more) return all;
    all.emplace_back(sorter.key(), sorter.payload());
  }
}

TEST(Sorter, SortsStably) {
  for (const std::size_t count : {0, 1, 2, 1000, 40'000}) {
    for (const std::size_t wanted : {0, 1, 7, 1000, 100'000}) {
      const std::vector<Pair> pairs = random_pairs(count, 1, 500);
      Sorter sorter({.wanted = wanted});
      EXPECT_EQ(sorted(pairs, sorter), expected(pairs, wanted)) << count << " " << wanted;
    }
  }
}

TEST(Sorter, SpillsAndMerges) {
  const ScratchDirectory scratch;
  SpillSpace space({.path = scratch.file("spill"), .min_free_bytes = 0});
  const std::vector<Pair> pairs = random_pairs(60'000, 2, 3000);
  for (const std::size_t memory : {std::size_t{200} << 10, std::size_t{32} << 10}) {
    for (const std::size_t wanted : {0, 5, 2'000, 20'000}) {
      Sorter sorter({.wanted = wanted, .memory_bytes = memory, .spill = &space});
      EXPECT_EQ(sorted(pairs, sorter), expected(pairs, wanted)) << memory << " " << wanted;
      if (wanted == 0) {
        EXPECT_GT(sorter.held().spills, 5);
        EXPECT_GT(sorter.held().spilled_records, 5'000);
        EXPECT_LE(sorter.held().spilled_records, 60'000);
        EXPECT_GT(sorter.held().storage_bytes, static_cast<std::int64_t>(memory));
      }
      if (wanted == 5) {
        EXPECT_EQ(sorter.held().spills, 0);
      }
    }
  }
  EXPECT_EQ(space.bytes(), 0U);
}

TEST(Sorter, RefusesWhatDoesNotFitWhereItMayNotSpill) {
  Sorter sorter({.memory_bytes = 64 << 10, .too_large = "too large"});
  Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status = sorter.add(std::to_string(i), {std::string(1000, 'x')}, nullptr);
  }
  EXPECT_EQ(status.code(), ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed);
  EXPECT_EQ(status.message(), "too large");
}

TEST(Sorter, IsInterrupted) {
  Sorter sorter({});
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(sorter.add(std::to_string(i), {"x"}, nullptr).ok());
  Interrupt interrupt;
  interrupt.interrupt();
  EXPECT_EQ(sorter.next(&interrupt).status().code(), ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace cairn::exec
