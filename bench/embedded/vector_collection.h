// Collections of vectors for the benchmarks of searches: vectors of 384 numbers in 100 clusters; a
// record's fields are its vector `v`, its cluster `c` and a number `n` of 0 to 999 by chance.
#pragma once

#include "bench/embedded/setting.h"

#include <cairn/database.h>

#include <array>
#include <cstddef>
#include <random>
#include <vector>

namespace cairn::bench {

using Floats = std::vector<float>;

// Seeded: the same vectors in every run.
class ClusteredVectors {
 public:
  static constexpr std::size_t kDimensions = 384;
  static constexpr std::size_t kClusters = 100;

  ClusteredVectors();
  std::size_t draw_cluster() { return random_() % kClusters; }
  Floats draw(std::size_t cluster);
  // The clusters, those that are farthest from this one first.
  std::vector<int> farthest(std::size_t cluster) const;
  Document draw_document(std::int64_t id);

 private:
  Floats noise(float width);

  std::mt19937 random_{1};
  std::array<Floats, kClusters> centres_;
};

// Inserts documents with the ids from `first` up to `end`, so many at a time.
void fill(Collection& collection, ClusteredVectors& vectors, std::size_t first, std::size_t end,
          std::size_t batch = 1000);
// "near", of cosines, with filters on `c` and `n`.
void create_search_index(Collection& collection);
// Until all vectors are in graphs, in at most so many parts, and searches use them.
void wait_for_graphs(const Collection& collection, std::size_t most_parts);
// What $listSearchIndexes tells of the index's memory.
Document index_memory(const Collection& collection);

}  // namespace cairn::bench
