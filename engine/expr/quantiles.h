// Quantiles: percentiles of a stream of numbers, exact while they are few and estimated by a
// t-digest beyond. Source: Dunning, Ertl, "Computing extremely accurate quantiles using t-digests",
// arXiv 1902.04023 (2019).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::expr {

class Quantiles {
 public:
  // NaN is passed over.
  void add(double number);
  bool empty() const { return values_.empty() && digest_.empty(); }
  // The least number that at least the share `p` (0 to 1) of all numbers does not exceed. REQUIRES:
  // not empty.
  double at(double p) const;
  std::size_t bytes() const {
    return values_.capacity() * sizeof(double) + digest_.capacity() * sizeof(Centroid);
  }
  void save(std::string& out) const;
  void merge(std::string_view saved);

 private:
  struct Centroid {
    double mean;
    double weight;
  };
  static constexpr std::size_t kExact = 100'000;
  static constexpr double kCompression = 2000;

  void compress();
  double estimate(double p) const;

  std::vector<double> values_;  // not in the digest yet
  std::vector<Centroid> digest_;
  double least_ = 0;  // of the digest
  double greatest_ = 0;
};

}  // namespace cairn::expr
