// Traversal: the search loop, for any links and any codes. Thread-safety: as its arguments.
#pragma once

#include "index/vector/links.h"
#include "index/vector/scratch.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

namespace cairn::vector {

// What a search may cost, and what it has.
struct Work {
  static constexpr std::uint32_t kLookEvery = 128;

  // Asked now and then; true ends the search.
  const std::function<bool()>* cancelled = nullptr;
  std::uint64_t most_distances = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t distances = 0;
  std::uint32_t expansions = 0;
  bool stopped = false;  // by cancellation

  bool over_budget() const { return distances > most_distances; }
  bool must_stop() {
    if (++expansions % kLookEvery == 0 && cancelled != nullptr && *cancelled && (*cancelled)()) {
      stopped = true;
    }
    return stopped;
  }
};

// The links of `node` on `level` that were not seen before, in scratch.ids, with their distances.
template <class Links, class Codes>
std::size_t look_around(const Links& links, std::uint32_t node, std::uint32_t level,
                        const Codes& codes, const typename Codes::Query& query, Scratch& scratch,
                        Work& work) {
  const auto* const begin = links.of(node, level);
  const std::size_t degree = links.degree(level);
  scratch.ids.resize(std::max(scratch.ids.size(), degree));
  scratch.distances.resize(std::max(scratch.distances.size(), degree));
  std::uint32_t* const ids = scratch.ids.data();
  std::size_t linked = 0;
  for (; linked < degree; ++linked) {
    const std::int32_t link = Links::load(begin + linked);
    if (link == kNoNode) break;
    ids[linked] = node_of(link);
    scratch.visited.prefetch(ids[linked]);
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < linked; ++i) {
    const std::uint32_t id = ids[i];
    if (!scratch.visited.enter(id)) continue;
    ids[count++] = id;
    codes.expect(id);
  }
  codes.distances(query, ids, count, scratch.distances.data());
  work.distances += count;
  return count;
}

// Walks to ever nearer nodes on the levels from `from` down to above `to`.
template <class Links, class Codes>
Candidate descend(const Links& links, std::uint32_t entry, std::uint32_t from, std::uint32_t to,
                  const Codes& codes, const typename Codes::Query& query, Scratch& scratch,
                  Work& work) {
  Candidate nearest{0, entry};
  codes.distances(query, &entry, 1, &nearest.distance);
  ++work.distances;
  for (std::uint32_t level = from; level > to; --level) {
    scratch.visited.forget();
    scratch.visited.enter(nearest.id);
    for (bool moved = true; moved;) {
      moved = false;
      const std::size_t count = look_around(links, nearest.id, level, codes, query, scratch, work);
      for (std::size_t i = 0; i < count; ++i) {
        if (scratch.distances[i] >= nearest.distance) continue;
        nearest = {scratch.distances[i], scratch.ids[i]};
        moved = true;
      }
    }
  }
  return nearest;
}

// The nearest `width` nodes that can be reached on `level` from what scratch.beam holds, in the
// beam: algorithm 2 of the paper with one sorted array as candidates and results.
template <class Links, class Codes>
void widen(const Links& links, std::uint32_t level, const Codes& codes,
           const typename Codes::Query& query, Scratch& scratch, Work& work) {
  Beam& beam = scratch.beam;
  while (!beam.done() && !work.must_stop()) {
    const std::uint32_t node = beam.expand();
    if (!beam.done()) __builtin_prefetch(links.of(beam.peek(), level));
    const std::size_t count = look_around(links, node, level, codes, query, scratch, work);
    for (std::size_t i = 0; i < count; ++i) beam.add(scratch.distances[i], scratch.ids[i]);
  }
}

// The nearest `width` nodes of level 0 of which `admits` is true, in scratch.found (no order);
// every node may be passed through. Ends early, with what it has, when the work is over its budget.
template <class Links, class Codes, class Admits>
void widen_filtered(const Links& links, Candidate start, std::size_t width, const Codes& codes,
                    const typename Codes::Query& query, const Admits& admits, Scratch& scratch,
                    Work& work) {
  const auto farther = [](const Candidate& a, const Candidate& b) { return b < a; };
  auto& queue = scratch.queue;
  auto& found = scratch.found;
  queue.clear();
  found.clear();
  const auto take = [&](Candidate candidate) {
    if (found.size() == width && candidate.distance >= found.front().distance) return;
    queue.push_back(candidate);
    std::push_heap(queue.begin(), queue.end(), farther);
    if (!admits(candidate.id)) return;
    found.push_back(candidate);
    std::push_heap(found.begin(), found.end());
    if (found.size() <= width) return;
    std::pop_heap(found.begin(), found.end());
    found.pop_back();
  };
  take(start);
  while (!queue.empty() && !work.must_stop() && !work.over_budget()) {
    const Candidate nearest = queue.front();
    if (found.size() == width && nearest.distance > found.front().distance) break;
    std::pop_heap(queue.begin(), queue.end(), farther);
    queue.pop_back();
    if (!queue.empty()) __builtin_prefetch(links.of(queue.front().id, 0));
    const std::size_t count = look_around(links, nearest.id, 0, codes, query, scratch, work);
    for (std::size_t i = 0; i < count; ++i) take({scratch.distances[i], scratch.ids[i]});
  }
}

}  // namespace cairn::vector
