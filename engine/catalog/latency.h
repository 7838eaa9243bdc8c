// Latency: how long operations on one collection have taken, as `$collStats` shows it.
//
// 51 buckets per kind of operation, by powers of two of microseconds, and half steps between 2 and
// 2097 milliseconds. Source: MongoDB's manual, "$collStats" (latencyStats Document).
// Thread-safety: all of it; figures read together may be a moment apart. A collection that nobody
// has used holds one pointer.
#pragma once

#include <cairn/collection.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace cairn {

class Latency {
 public:
  static constexpr std::size_t kBuckets = 51;
  static constexpr std::size_t kKinds = 4;  // of OperationKind

  struct Figures {
    std::int64_t operations = 0;
    std::int64_t microseconds = 0;
    std::array<std::int64_t, kBuckets> buckets{};
  };

  Latency() = default;
  Latency(const Latency&) = delete;
  Latency& operator=(const Latency&) = delete;
  ~Latency() { delete counters_.load(); }

  void add(OperationKind kind, std::chrono::microseconds time);
  Figures of(OperationKind kind) const;

  // The bucket of so many microseconds, and the least that belongs to it.
  static std::size_t bucket_of(std::uint64_t microseconds);
  static std::int64_t least_of(std::size_t bucket);

 private:
  struct Counters {
    struct Kind {
      std::atomic<std::int64_t> operations{0};
      std::atomic<std::int64_t> microseconds{0};
      std::array<std::atomic<std::int64_t>, kBuckets> buckets{};
    };
    std::array<Kind, kKinds> kinds;
  };
  Counters& counters();

  std::atomic<Counters*> counters_{nullptr};  // owned; made by the first operation
};

}  // namespace cairn
