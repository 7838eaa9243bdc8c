// A histogram of latencies: fixed buckets, so that adding costs the same however many there are,
// and histograms of threads can be summed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cairn::bench {

// 64 steps for each power of two nanoseconds: a quantile is at most 1.6 % too high. Not
// thread-safe.
class Latencies {
 public:
  void add(std::chrono::nanoseconds latency);
  void merge(const Latencies& other);
  std::int64_t count() const { return count_; }
  std::chrono::nanoseconds quantile(double q) const;  // zero where nothing was added
  std::chrono::nanoseconds most() const { return most_; }

 private:
  static constexpr std::size_t kSteps = 64;
  std::vector<std::int64_t> buckets_ = std::vector<std::int64_t>(64 * kSteps);
  std::int64_t count_ = 0;
  std::chrono::nanoseconds most_{0};
};

inline double to_microseconds(std::chrono::nanoseconds ns) {
  return static_cast<double>(ns.count()) / 1000;
}

}  // namespace cairn::bench
