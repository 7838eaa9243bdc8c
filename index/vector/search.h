// What a search is asked and what it tells, of one segment and of a whole index alike.
// Thread-safety: values.
#pragma once

#include "index/vector/bitmap.h"
#include "index/vector/deaths.h"
#include "index/vector/space.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>

namespace cairn::vector {

enum class Exactness : std::uint8_t { kApproximate, kExact };

// A sequence that is later than all others.
inline constexpr std::uint64_t kLatest = std::numeric_limits<std::uint64_t>::max();

// Which ids match, asked when they are met. Thread-safety: as its maker says; a search asks from
// one thread.
class IdFilter {
 public:
  IdFilter() = default;
  IdFilter(const IdFilter&) = delete;
  IdFilter& operator=(const IdFilter&) = delete;
  virtual ~IdFilter() = default;
  // Sets matches[i] to whether ids[i] matches. REQUIRES: ids.size() <= kMostAtOnce.
  virtual void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const = 0;
  bool admits(std::uint64_t id) const {
    std::uint8_t matches = 0;
    ask({&id, 1}, &matches);
    return matches != 0;
  }
  static constexpr std::size_t kMostAtOnce = 64;
};

struct SearchOptions {
  std::uint32_t limit = 10;        // at most so many results
  std::uint32_t candidates = 100;  // MongoDB's numCandidates, ef in the paper; at least `limit`
  Exactness exactness = Exactness::kApproximate;
  // Rows that came later, and deaths, are not seen.
  std::uint64_t read_sequence = kLatest;
  // Rows that are farther need not be found.
  float beyond = std::numeric_limits<float>::infinity();
  // Asked now and then; true ends the search with Interrupted.
  const std::function<bool()>* cancelled = nullptr;
};

// How a segment was searched.
enum class Plan : std::uint8_t {
  kNothing,           // no row can match
  kScan,              // every row that matches
  kTraverse,          // the graph
  kTraverseFiltered,  // the graph, with rows on the way that do not match
};

// Adds up over segments; `explain` shows it.
struct SearchStats {
  std::uint64_t distances = 0;  // of codes
  std::uint64_t reranked = 0;   // distances of full precision
  std::uint32_t segments = 0;
  std::uint32_t scans = 0;      // segments that were scanned by plan
  std::uint32_t fallbacks = 0;  // segments that were scanned since the graph gave too little
  Plan plan = Plan::kNothing;   // of the largest segment

  void add(const SearchStats& other) {
    distances += other.distances;
    reranked += other.reranked;
    segments += other.segments;
    scans += other.scans;
    fallbacks += other.fallbacks;
    plan = std::max(plan, other.plan);
  }
};

}  // namespace cairn::vector
