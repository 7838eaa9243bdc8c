// What the dialect counts, for serverStatus.
// Thread-safety: relaxed atomics; figures read together may be a moment apart.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace cairn::mongodb {

struct Counter {
  std::atomic<std::int64_t> value{0};
  void add(std::int64_t n = 1) { value.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t get() const { return value.load(std::memory_order_relaxed); }
};

// Time spent in commands of one kind, as `opLatencies` shows it.
struct Latency {
  Counter operations;
  Counter microseconds;
  void add(std::chrono::steady_clock::duration d) {
    operations.add();
    microseconds.add(std::chrono::duration_cast<std::chrono::microseconds>(d).count());
  }
};

struct Metrics {
  // opcounters
  Counter inserts;
  Counter queries;
  Counter updates;
  Counter deletes;
  Counter get_mores;
  Counter commands;
  // opLatencies
  Latency reads;
  Latency writes;
  Latency other;
  // metrics.document
  Counter documents_returned;
  Counter documents_inserted;
  Counter documents_updated;
  Counter documents_deleted;
  // transactions (retryable writes)
  Counter retried_commands;
  Counter retried_statements;
  // asserts.user: errors that clients caused
  Counter user_errors;
  Counter unknown_commands;
};

}  // namespace cairn::mongodb
