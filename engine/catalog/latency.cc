#include "engine/catalog/latency.h"

#include <algorithm>
#include <bit>
#include <memory>

namespace cairn {
namespace {

// Up to here, and from there on, a bucket is a power of two; between, half of one.
constexpr std::size_t kFirstHalved = 11;
constexpr std::size_t kFirstWholeAgain = 21;

}  // namespace

std::size_t Latency::bucket_of(std::uint64_t microseconds) {
  const auto power = static_cast<std::size_t>(std::bit_width(microseconds | 1U) - 1);
  if (power < kFirstHalved) return power;
  constexpr std::size_t kHalves = kFirstWholeAgain - kFirstHalved;
  if (power >= kFirstWholeAgain) return std::min(power + kHalves, kBuckets - 1);
  const std::uint64_t upper_half = microseconds >> (power - 1) & 1U;
  return kFirstHalved + 2 * (power - kFirstHalved) + upper_half;
}

std::int64_t Latency::least_of(std::size_t bucket) {
  constexpr std::size_t kHalves = kFirstWholeAgain - kFirstHalved;
  if (bucket < kFirstHalved) return std::int64_t{1} << bucket;
  if (bucket >= kFirstWholeAgain + kHalves) return std::int64_t{1} << (bucket - kHalves);
  const std::size_t halves = bucket - kFirstHalved;
  const std::int64_t power = std::int64_t{1} << (kFirstHalved + halves / 2);
  return halves % 2 == 0 ? power : power + power / 2;
}

Latency::Counters& Latency::counters() {
  Counters* known = counters_.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto made = std::make_unique<Counters>();
  if (counters_.compare_exchange_strong(known, made.get())) return *made.release();
  return *known;
}

void Latency::add(OperationKind kind, std::chrono::microseconds time) {
  Counters::Kind& counted = counters().kinds[static_cast<std::size_t>(kind)];
  const std::int64_t microseconds = std::max<std::int64_t>(time.count(), 0);
  constexpr auto kRelaxed = std::memory_order_relaxed;
  counted.operations.fetch_add(1, kRelaxed);
  counted.microseconds.fetch_add(microseconds, kRelaxed);
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(microseconds));
  counted.buckets[bucket].fetch_add(1, kRelaxed);
}

Latency::Figures Latency::of(OperationKind kind) const {
  Figures figures;
  const Counters* const known = counters_.load(std::memory_order_acquire);
  if (known == nullptr) return figures;
  const Counters::Kind& counted = known->kinds[static_cast<std::size_t>(kind)];
  figures.operations = counted.operations.load(std::memory_order_relaxed);
  figures.microseconds = counted.microseconds.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < kBuckets; ++i) {
    figures.buckets[i] = counted.buckets[i].load(std::memory_order_relaxed);
  }
  return figures;
}

}  // namespace cairn
