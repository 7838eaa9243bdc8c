// What one run came to: latencies, rates, and their text and JSON.
#pragma once

#include <cairn/bson.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace cairn::load {

// A histogram of latencies with 64 steps for each power of two nanoseconds (error below 2 %).
class Latencies {
 public:
  void add(std::chrono::nanoseconds latency);
  void merge(const Latencies& other);
  std::int64_t count() const { return count_; }
  std::chrono::nanoseconds quantile(double q) const;
  std::chrono::nanoseconds most() const { return most_; }

 private:
  static constexpr std::size_t kSteps = 64;
  std::vector<std::int64_t> buckets_ = std::vector<std::int64_t>(64 * kSteps);
  std::int64_t count_ = 0;
  std::chrono::nanoseconds most_{0};
};

struct Figures {
  std::string operation;
  Latencies latencies;
  std::int64_t failed = 0;
  std::int64_t documents = 0;
  double seconds = 0;

  double per_second() const;
  double documents_per_second() const;
};

// One line for people; `ping` is the rate to compare with, or 0.
std::string to_line(const Figures& figures, double ping);
void append_to(DocumentBuilder& array, const Figures& figures, double ping);

}  // namespace cairn::load
