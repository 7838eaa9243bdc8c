// Mixture: a seeded data set that is hard for a graph: 300 overlapping Gaussian clusters of unequal
// weight on a latent space of 96 dimensions with a decaying spectrum, projected to the dimensions
// asked for, with noise in all of them, brought to length 1. Queries are drawn from it, not among
// the rows.
#pragma once

#include <cstdint>
#include <vector>

namespace cairn::ann {

struct DataSet {
  std::uint32_t dimensions = 0;
  std::vector<float> rows;
  std::vector<std::uint16_t> clusters;  // of each row
  std::vector<float> queries;
  std::vector<std::uint16_t> query_clusters;

  std::uint32_t count() const { return static_cast<std::uint32_t>(rows.size() / dimensions); }
  std::uint32_t query_count() const {
    return static_cast<std::uint32_t>(queries.size() / dimensions);
  }
  const float* row(std::uint32_t at) const { return rows.data() + std::size_t{at} * dimensions; }
  const float* query(std::uint32_t at) const {
    return queries.data() + std::size_t{at} * dimensions;
  }
};

DataSet make_mixture(std::uint32_t count, std::uint32_t queries, std::uint32_t dimensions,
                     std::uint64_t seed);

}  // namespace cairn::ann
