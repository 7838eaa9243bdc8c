#include "bench/load/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace cairn::load {
namespace {

using bench::to_microseconds;

double seconds_or_one(double seconds) { return seconds > 0 ? seconds : 1; }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// "ofPing"
std::string name_of_share(std::string_view of) {
  std::string name = "of" + std::string(of);
  name[2] = static_cast<char>(std::toupper(name[2]));
  return name;
}

}  // namespace

double Figures::per_second() const {
  return static_cast<double>(latencies.count()) / seconds_or_one(seconds);
}

double Figures::per_processor_second() const {
  const double used = server_seconds + client_seconds;
  if (used <= 0) return 0;
  return static_cast<double>(documents > 0 ? documents : latencies.count()) / used;
}

double Figures::server_micros_per_operation() const {
  return latencies.count() > 0 ? server_seconds * 1e6 / static_cast<double>(latencies.count()) : 0;
}

double Figures::client_micros_per_operation() const {
  return latencies.count() > 0 ? client_seconds * 1e6 / static_cast<double>(latencies.count()) : 0;
}

double Figures::documents_per_second() const {
  return static_cast<double>(documents) / seconds_or_one(seconds);
}

void Rounds::add(Figures figures, double share, double share_by_processor) {
  figures_.push_back(std::move(figures));
  shares_.push_back(share);
  shares_by_processor_.push_back(share_by_processor);
}

Figures Rounds::middle() const {
  std::vector<const Figures*> sorted;
  for (const Figures& each : figures_) sorted.push_back(&each);
  std::sort(sorted.begin(), sorted.end(),
            [](const Figures* a, const Figures* b) { return a->per_second() < b->per_second(); });
  Figures middle = *sorted[sorted.size() / 2];
  middle.failed = 0;
  for (const Figures& each : figures_) {
    middle.failed += each.failed;
    if (middle.first_failure.empty()) middle.first_failure = each.first_failure;
  }
  return middle;
}

Share Rounds::median_share(std::string_view of) const {
  return {.of = of, .median = median(shares_), .by_processor = median(shares_by_processor_)};
}

std::string to_line(const Figures& figures, Share share) {
  std::string line = fmt::format(
      "{:<11} {:>9.0f} ops/s {:>10.0f} docs/s   p50 {:>7.0f} us  p95 {:>7.0f} us  p99 {:>7.0f} us  "
      "max {:>8.0f} us",
      figures.operation, figures.per_second(), figures.documents_per_second(),
      to_microseconds(figures.latencies.quantile(0.5)),
      to_microseconds(figures.latencies.quantile(0.95)),
      to_microseconds(figures.latencies.quantile(0.99)), to_microseconds(figures.latencies.most()));
  if (figures.server_seconds > 0) {
    line += fmt::format("  server {:.1f} us", figures.server_micros_per_operation());
  }
  line += fmt::format("  here {:.1f} us", figures.client_micros_per_operation());
  if (figures.streams > 0) {
    line += fmt::format("  {} streams, {:.0f} events/s, then {:.0f} ms behind", figures.streams,
                        static_cast<double>(figures.events) / seconds_or_one(figures.seconds),
                        figures.seconds_behind * 1000);
  }
  if (share.median > 0) line += fmt::format("  {:.2f} of {}", share.median, share.of);
  if (share.by_processor > 0) {
    line += fmt::format(", {:.2f} by processor time", share.by_processor);
  }
  if (figures.failed > 0) {
    line += fmt::format("  {} FAILED: {}", figures.failed, figures.first_failure);
  }
  return line;
}

void append_to(DocumentBuilder& array, const Figures& figures, Share share) {
  array.push_document()
      .append("operation", figures.operation)
      .append("opsPerSecond", figures.per_second())
      .append("documentsPerSecond", figures.documents_per_second())
      .append("p50Micros", to_microseconds(figures.latencies.quantile(0.5)))
      .append("p95Micros", to_microseconds(figures.latencies.quantile(0.95)))
      .append("p99Micros", to_microseconds(figures.latencies.quantile(0.99)))
      .append("maxMicros", to_microseconds(figures.latencies.most()))
      .append("failed", figures.failed);
  if (figures.server_seconds > 0) {
    array.append("serverMicros", figures.server_micros_per_operation());
  }
  array.append("clientMicros", figures.client_micros_per_operation());
  if (figures.streams > 0) {
    array.append("streams", figures.streams)
        .append("events", figures.events)
        .append("secondsBehind", figures.seconds_behind);
  }
  if (share.median > 0) {
    const std::string of = name_of_share(share.of);
    array.append(of, share.median).append(of + "ByProcessor", share.by_processor);
  }
  array.end();
}

}  // namespace cairn::load
