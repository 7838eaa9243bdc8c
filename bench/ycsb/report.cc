#include "bench/ycsb/report.h"

#include <fmt/format.h>

namespace cairn::ycsb {
namespace {

using bench::to_microseconds;

bool happened(const OperationFigures& figures) {
  return figures.latencies.count() > 0 || figures.failed > 0;
}

std::string operation_line(Operation operation, const OperationFigures& figures) {
  const bench::Latencies& latencies = figures.latencies;
  std::string line = fmt::format(
      "  {:<17} {:>10} done   p50 {:>8.1f} us   p95 {:>8.1f} us   p99 {:>8.1f} us   max {:>9.1f} "
      "us",
      operation_name(operation), latencies.count(), to_microseconds(latencies.quantile(0.5)),
      to_microseconds(latencies.quantile(0.95)), to_microseconds(latencies.quantile(0.99)),
      to_microseconds(latencies.most()));
  if (figures.failed > 0) line += fmt::format("   {} FAILED", figures.failed);
  return line + "\n";
}

}  // namespace

std::string to_text(std::string_view title, const PhaseFigures& figures) {
  std::string text = fmt::format("{}\n  {:.0f} operations/s, {} in {:.2f} s\n", title,
                                 figures.per_second(), figures.done(), figures.seconds);
  for (std::size_t i = 0; i < kOperations; ++i) {
    if (!happened(figures.operations[i])) continue;
    text += operation_line(static_cast<Operation>(i), figures.operations[i]);
  }
  if (figures.failed() > 0) {
    text += fmt::format("  first failure: {}\n", figures.first_failure.to_string());
  }
  return text;
}

void append_to(DocumentBuilder& array, std::string_view phase, const PhaseFigures& figures) {
  array.push_document()
      .append("phase", phase)
      .append("seconds", figures.seconds)
      .append("operationsPerSecond", figures.per_second())
      .begin_array("operations");
  for (std::size_t i = 0; i < kOperations; ++i) {
    const OperationFigures& operation = figures.operations[i];
    if (!happened(operation)) continue;
    array.push_document()
        .append("operation", operation_name(static_cast<Operation>(i)))
        .append("done", operation.latencies.count())
        .append("failed", operation.failed)
        .append("p50Micros", to_microseconds(operation.latencies.quantile(0.5)))
        .append("p95Micros", to_microseconds(operation.latencies.quantile(0.95)))
        .append("p99Micros", to_microseconds(operation.latencies.quantile(0.99)))
        .append("maxMicros", to_microseconds(operation.latencies.most()))
        .end();
  }
  array.end().end();
}

}  // namespace cairn::ycsb
