#include "bench/load/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace cairn::load {
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

double microseconds(std::chrono::nanoseconds ns) { return static_cast<double>(ns.count()) / 1000; }

double seconds_or_one(double seconds) { return seconds > 0 ? seconds : 1; }

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

double Figures::per_second() const {
  return static_cast<double>(latencies.count()) / seconds_or_one(seconds);
}

double Figures::documents_per_second() const {
  return static_cast<double>(documents) / seconds_or_one(seconds);
}

std::string to_line(const Figures& figures, double ping) {
  std::string line = fmt::format(
      "{:<11} {:>9.0f} ops/s {:>10.0f} docs/s   p50 {:>7.0f} us  p95 {:>7.0f} us  p99 {:>7.0f} us  "
      "max {:>8.0f} us",
      figures.operation, figures.per_second(), figures.documents_per_second(),
      microseconds(figures.latencies.quantile(0.5)), microseconds(figures.latencies.quantile(0.95)),
      microseconds(figures.latencies.quantile(0.99)), microseconds(figures.latencies.most()));
  if (ping > 0 && figures.operation != "ping") {
    line += fmt::format("  {:.2f} of ping", figures.per_second() / ping);
  }
  if (figures.failed > 0) line += fmt::format("  {} FAILED", figures.failed);
  return line;
}

void append_to(DocumentBuilder& array, const Figures& figures, double ping) {
  array.push_document()
      .append("operation", figures.operation)
      .append("opsPerSecond", figures.per_second())
      .append("documentsPerSecond", figures.documents_per_second())
      .append("p50Micros", microseconds(figures.latencies.quantile(0.5)))
      .append("p95Micros", microseconds(figures.latencies.quantile(0.95)))
      .append("p99Micros", microseconds(figures.latencies.quantile(0.99)))
      .append("maxMicros", microseconds(figures.latencies.most()))
      .append("failed", figures.failed);
  if (ping > 0) array.append("ofPing", figures.per_second() / ping);
  array.end();
}

}  // namespace cairn::load
