// What one run came to: latencies, rates, and their text and JSON.
#pragma once

#include "bench/latency/latencies.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string>

namespace cairn::load {

struct Figures {
  std::string operation;
  bench::Latencies latencies;
  std::int64_t failed = 0;
  std::string first_failure;
  std::int64_t documents = 0;
  double seconds = 0;

  double per_second() const;
  double documents_per_second() const;
};

// One line for people; `ping` is the rate to compare with, or 0.
std::string to_line(const Figures& figures, double ping);
void append_to(DocumentBuilder& array, const Figures& figures, double ping);

}  // namespace cairn::load
