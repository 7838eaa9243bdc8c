#include "bench/latency/latencies.h"

#include <algorithm>
#include <bit>

namespace cairn::bench {
namespace {

// The exponent and the next six bits.
std::size_t bucket_of(std::uint64_t ns) {
  if (ns < 64) return ns;
  const int exponent = std::bit_width(ns) - 1;
  return static_cast<std::size_t>(exponent - 5) * 64 + ((ns >> (exponent - 6)) & 63);
}

std::uint64_t top_of(std::size_t bucket) {
  if (bucket < 64) return bucket;
  const std::size_t exponent = bucket / 64 + 5;
  return ((64 + bucket % 64 + 1) << (exponent - 6)) - 1;
}

}  // namespace

void Latencies::add(std::chrono::nanoseconds latency) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(0, latency.count()));
  ++buckets_[std::min(bucket_of(ns), buckets_.size() - 1)];
  ++count_;
  most_ = std::max(most_, latency);
}

void Latencies::merge(const Latencies& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  most_ = std::max(most_, other.most_);
}

std::chrono::nanoseconds Latencies::quantile(double q) const {
  const auto wanted = static_cast<std::int64_t>(q * static_cast<double>(count_));
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen > wanted) {
      return std::min(most_, std::chrono::nanoseconds(static_cast<std::int64_t>(top_of(i))));
    }
  }
  return most_;
}

}  // namespace cairn::bench
