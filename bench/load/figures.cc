#include "bench/load/figures.h"

#include <fmt/format.h>

namespace cairn::load {
namespace {

using bench::to_microseconds;

double seconds_or_one(double seconds) { return seconds > 0 ? seconds : 1; }

}  // namespace

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
      to_microseconds(figures.latencies.quantile(0.5)),
      to_microseconds(figures.latencies.quantile(0.95)),
      to_microseconds(figures.latencies.quantile(0.99)), to_microseconds(figures.latencies.most()));
  if (ping > 0 && figures.operation != "ping") {
    line += fmt::format("  {:.2f} of ping", figures.per_second() / ping);
  }
  if (figures.failed > 0) {
    line += fmt::format("  {} FAILED: {}", figures.failed, figures.first_failure);
  }
  return line;
}

void append_to(DocumentBuilder& array, const Figures& figures, double ping) {
  array.push_document()
      .append("operation", figures.operation)
      .append("opsPerSecond", figures.per_second())
      .append("documentsPerSecond", figures.documents_per_second())
      .append("p50Micros", to_microseconds(figures.latencies.quantile(0.5)))
      .append("p95Micros", to_microseconds(figures.latencies.quantile(0.95)))
      .append("p99Micros", to_microseconds(figures.latencies.quantile(0.99)))
      .append("maxMicros", to_microseconds(figures.latencies.most()))
      .append("failed", figures.failed);
  if (ping > 0) array.append("ofPing", figures.per_second() / ping);
  array.end();
}

}  // namespace cairn::load
