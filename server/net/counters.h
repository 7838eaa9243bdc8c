// What the network counts, since it started. Relaxed atomics: each is right, together they are
// about right.
#pragma once

#include <atomic>
#include <cstdint>

namespace cairn::net {

// One per lane, on cache lines of its own.
struct alignas(64) TrafficCounters {
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> bytes_in{0};
  std::atomic<std::int64_t> bytes_out{0};

  static void add(std::atomic<std::int64_t>& counter, std::int64_t n) {
    counter.fetch_add(n, std::memory_order_relaxed);
  }
};

struct Totals {
  std::int64_t connections_current = 0;
  std::int64_t connections_available = 0;
  std::int64_t connections_created = 0;
  std::int64_t connections_rejected = 0;
  std::int64_t connections_active = 0;  // a command runs just now
  std::int64_t requests = 0;
  std::int64_t bytes_in = 0;
  std::int64_t bytes_out = 0;
};

}  // namespace cairn::net
