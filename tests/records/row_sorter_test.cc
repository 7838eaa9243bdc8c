// The sorter of index builds: what goes in comes out, in order, from memory and from runs.
#include "engine/records/build/row_sorter.h"
#include "tests/records/database.h"

#include <algorithm>
#include <filesystem>
#include <random>

namespace cairn::records {
namespace {

TEST(RowSorter, MergesMemoryAndRunsOfSeveralThreads) {
  SpillSpace spill({.path = std::filesystem::temp_directory_path().string(), .min_free_bytes = 0});
  std::mt19937_64 random(5);
  for (const std::size_t budget : {std::size_t{1} << 30, std::size_t{4000}}) {
    std::vector<RowSorter> sorters;
    for (int i = 0; i < 3; ++i) sorters.emplace_back(spill, budget);
    std::vector<std::pair<std::string, std::string>> rows;
    for (int i = 0; i < 5000; ++i) {
      // Keys that share prefixes of many lengths, short ones among them.
      std::string key = "KSPC" + std::string(random() % 14, static_cast<char>(random() % 3));
      key.append(std::to_string(random() % 100));
      rows.emplace_back(key, std::to_string(i));
      EXPECT_OK(sorters[random() % 3].add(rows.back().first, rows.back().second));
    }
    for (RowSorter& sorter : sorters) sorter.finish();
    std::vector<std::pair<std::string, std::string>> merged;
    EXPECT_OK(RowSorter::merge(sorters, [&](std::string_view key, std::string_view value) {
      EXPECT_TRUE(merged.empty() || merged.back().first <= key);
      merged.emplace_back(key, value);
      return Status();
    }));
    std::sort(rows.begin(), rows.end());
    std::sort(merged.begin(), merged.end());
    EXPECT_EQ(merged, rows);
  }
}

}  // namespace
}  // namespace cairn::records
