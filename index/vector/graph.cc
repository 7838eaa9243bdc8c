#include "index/vector/graph.h"

#include "index/vector/codes.h"
#include "index/vector/scratch.h"
#include "index/vector/traverse.h"
#include "index/vector/twins.h"

#include <faiss/impl/HNSW.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>

namespace cairn::vector {
namespace {

// Held for the few microseconds in which a node's links are rewritten.
class LinkLock {
 public:
  void lock() {
    while (held_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  void unlock() { held_.clear(std::memory_order_release); }

 private:
  std::atomic_flag held_;
};

// One per so many nodes: a power of two.
constexpr std::size_t kLocks = 1 << 14;
constexpr std::uint32_t kReportEvery = 256;
// Of how many chosen links a candidate's distances are computed at once.
constexpr std::size_t kCompareAtOnce = 8;

template <class Codes>
class GraphBuilder {
 public:
  GraphBuilder(const Codes& codes, std::uint32_t nodes, const GraphOptions& options,
               const GraphSeed* seed)
      : codes_(codes),
        nodes_(nodes),
        options_(options),
        hnsw_(static_cast<int>(options.edges)),
        locks_(kLocks),
        rings_(nodes, kNoNode) {
    hnsw_.rng = faiss::RandomGenerator(static_cast<std::int64_t>(options.seed));
    const std::vector<Twin> twins = find_twins(
        codes, nodes, seed == nullptr ? std::span<const std::uint32_t>() : seed->numbers);
    draw_levels(seed, twins);
    links_ = {.neighbors = hnsw_.neighbors.data(),
              .offsets = hnsw_.offsets.data(),
              .edges = options.edges};
    if (seed == nullptr) {
      top_level_ = level_of(entry_);
    } else {
      plant(*seed);
    }
    for (const Twin& twin : twins) hang(twin);
  }

  Status run() {
    const unsigned threads = std::clamp(options_.threads, 1U, 256U);
    std::vector<std::thread> others;
    try {
      for (unsigned i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Those that there are do it all.
    }
    work();
    for (std::thread& other : others) other.join();
    if (cancelled_) return {ErrorCode::kInterrupted, "the building of a vector index was ended"};
    return {};
  }

  Graph take() {
    Graph graph{.edges = options_.edges, .entry = entry_, .top_level = top_level_};
    const std::size_t degree = links_.degree(0);
    graph.level0 = Pages(nodes_ * degree * sizeof(std::int32_t));
    auto* level0 = reinterpret_cast<std::int32_t*>(graph.level0.data());
    graph.levels.reserve(nodes_);
    for (std::uint32_t node = 0; node < nodes_; ++node) {
      const std::uint32_t level = level_of(node);
      graph.levels.push_back(static_cast<std::uint8_t>(level));
      const std::int32_t* const begin = links_.of(node, 0);
      std::int32_t* const to = level0 + node * degree;
      const std::size_t rings = rings_[node] == kNoNode ? 0 : 1;
      if (rings > 0) *to = ring_link(static_cast<std::uint32_t>(rings_[node]));
      std::copy(begin, begin + degree - rings, to + rings);
      graph.upper.insert(graph.upper.end(), begin + degree,
                         begin + degree + std::size_t{level} * options_.edges);
    }
    return graph;
  }

 private:
  std::uint32_t level_of(std::uint32_t node) const {
    return static_cast<std::uint32_t>(hnsw_.levels[node] - 1);
  }

  // Of all nodes; those of the seed keep theirs, twins are on level 0. Node 0, or the seed, is
  // where everything begins.
  void draw_levels(const GraphSeed* seed, std::span<const Twin> twins) {
    const std::size_t seeded = seed == nullptr ? 0 : seed->numbers.size();
    std::size_t at = 0;
    auto twin = twins.begin();
    hnsw_.levels.reserve(nodes_);
    to_insert_.reserve(nodes_ - seeded);
    for (std::uint32_t node = 0; node < nodes_; ++node) {
      if (at < seeded && seed->numbers[at] == node) {
        hnsw_.levels.push_back(seed->levels[at++] + 1);
        continue;
      }
      const int level = hnsw_.random_level();
      if (twin != twins.end() && twin->node == node) {
        hnsw_.levels.push_back(1);
        ++twin;
        continue;
      }
      hnsw_.levels.push_back(level + 1);
      if (seeded > 0 || node > 0) to_insert_.push_back(node);
    }
    hnsw_.prepare_level_tab(nodes_, /*preset_levels=*/true);
  }

  void plant(const GraphSeed& seed) {
    const auto& numbers = seed.numbers;
    for (std::uint32_t from = 0; from < numbers.size(); ++from) {
      for (std::uint32_t level = 0; level <= seed.levels[from]; ++level) {
        const std::int32_t* const links = seed.links.of(from, level);
        std::int32_t* to = links_.of(numbers[from], level);
        for (std::size_t i = 0; i < seed.links.degree(level) && links[i] != kNoNode; ++i) {
          const auto number = static_cast<std::int32_t>(numbers[node_of(links[i])]);
          if (is_ring(links[i])) {
            rings_[numbers[from]] = number;
          } else {
            *to++ = number;
          }
        }
      }
    }
    entry_ = numbers[seed.links.entry];
    top_level_ = seed.links.top_level;
  }

  // Puts the twin into the ring of the other, which may be the first of it.
  void hang(const Twin& twin) {
    const std::int32_t after = rings_[twin.of];
    rings_[twin.node] = after == kNoNode ? static_cast<std::int32_t>(twin.of) : after;
    rings_[twin.of] = static_cast<std::int32_t>(twin.node);
  }

  LinkLock& lock_of(std::uint32_t node) { return locks_[node % kLocks]; }

  void work() {
    Scratch scratch(nodes_);
    std::vector<Candidate> chosen;
    for (std::size_t at = next_++; at < to_insert_.size() && !cancelled_; at = next_++) {
      insert(to_insert_[at], scratch, chosen);
      if (at % kReportEvery != 0) continue;
      if (options_.progress) options_.progress(nodes_ - to_insert_.size() + at);
      if (options_.cancelled && options_.cancelled()) cancelled_ = true;
    }
  }

  // Algorithm 1 of the paper.
  void insert(std::uint32_t node, Scratch& scratch, std::vector<Candidate>& chosen) {
    const std::uint32_t level = level_of(node);
    std::unique_lock top(top_mutex_);
    const std::uint32_t top_level = top_level_;
    const std::uint32_t entry = entry_;
    // A node above all others keeps the lock: it becomes the entry when it has its links.
    if (level <= top_level) top.unlock();
    const auto query = codes_.stored(node);
    Work work;
    Candidate nearest =
        descend(links_, entry, top_level, std::min(level, top_level), codes_, query, scratch, work);
    for (std::uint32_t at = std::min(level, top_level) + 1; at-- > 0;) {
      scratch.visited.forget();
      scratch.visited.enter(node);
      scratch.visited.enter(nearest.id);
      scratch.beam.start(options_.candidates);
      scratch.beam.add(nearest.distance, nearest.id);
      widen(links_, at, codes_, query, scratch, work);
      nearest = scratch.beam.at(0);
      link(node, at, scratch, chosen);
    }
    if (level <= top_level) return;
    entry_ = node;
    top_level_ = level;
  }

  // Links `node` and the best of what is in the beam, both ways.
  void link(std::uint32_t node, std::uint32_t level, Scratch& scratch,
            std::vector<Candidate>& chosen) {
    scratch.pending.clear();
    for (std::size_t i = 0; i < scratch.beam.size(); ++i) {
      scratch.pending.push_back(scratch.beam.at(i));
    }
    choose(scratch.pending, links_.degree(level), scratch, chosen);
    {
      const std::lock_guard lock(lock_of(node));
      std::int32_t* const links = links_.of(node, level);
      const std::size_t degree = links_.degree(level);
      // Others may have found the node from the level above and linked it already.
      std::size_t at = count(links, degree);
      for (const Candidate& candidate : chosen) {
        const auto id = static_cast<std::int32_t>(candidate.id);
        if (at < degree && !holds(links, at, id)) BuildingLinks::store(links + at++, id);
      }
    }
    // `chosen` is used up below.
    const std::vector<Candidate> neighbors = chosen;
    for (const Candidate& neighbor : neighbors) {
      link_back(neighbor.id, {neighbor.distance, node}, level, scratch, chosen);
    }
  }

  void link_back(std::uint32_t node, Candidate to, std::uint32_t level, Scratch& scratch,
                 std::vector<Candidate>& chosen) {
    const std::lock_guard lock(lock_of(node));
    std::int32_t* const links = links_.of(node, level);
    const std::size_t degree = links_.degree(level);
    const std::size_t linked = count(links, degree);
    if (holds(links, linked, static_cast<std::int32_t>(to.id))) return;
    if (linked < degree) {
      BuildingLinks::store(links + linked, static_cast<std::int32_t>(to.id));
      return;
    }
    scratch.ids.resize(std::max(scratch.ids.size(), degree));
    scratch.distances.resize(std::max(scratch.distances.size(), degree));
    for (std::size_t i = 0; i < degree; ++i) {
      scratch.ids[i] = static_cast<std::uint32_t>(BuildingLinks::load(links + i));
    }
    codes_.distances(codes_.stored(node), scratch.ids.data(), degree, scratch.distances.data());
    scratch.pending.assign(1, to);
    for (std::size_t i = 0; i < degree; ++i) {
      scratch.pending.push_back({scratch.distances[i], scratch.ids[i]});
    }
    std::sort(scratch.pending.begin(), scratch.pending.end());
    choose(scratch.pending, degree, scratch, chosen);
    for (std::size_t i = 0; i < degree; ++i) {
      BuildingLinks::store(links + i,
                           i < chosen.size() ? static_cast<std::int32_t>(chosen[i].id) : kNoNode);
    }
  }

  // Algorithm 4 of the paper: of candidates in ascending order, at most `most` of those that are
  // nearer to the node than to any chosen before them.
  void choose(std::span<const Candidate> candidates, std::size_t most, Scratch& scratch,
              std::vector<Candidate>& chosen) {
    chosen.clear();
    scratch.ids.resize(std::max(scratch.ids.size(), most + 1));
    scratch.distances.resize(std::max(scratch.distances.size(), most + 1));
    for (const Candidate& candidate : candidates) {
      if (chosen.size() == most) return;
      if (covered(candidate, chosen.size(), scratch)) continue;
      scratch.ids[chosen.size()] = candidate.id;
      chosen.push_back(candidate);
    }
  }

  // Whether one of the first `count` of scratch.ids is nearer to the candidate than the node is.
  bool covered(Candidate candidate, std::size_t count, Scratch& scratch) {
    if (count == 0) return false;
    const auto query = codes_.stored(candidate.id);
    for (std::size_t at = 0; at < count; at += kCompareAtOnce) {
      const std::size_t n = std::min(kCompareAtOnce, count - at);
      codes_.distances(query, scratch.ids.data() + at, n, scratch.distances.data());
      for (std::size_t i = 0; i < n; ++i) {
        if (scratch.distances[i] < candidate.distance) return true;
      }
    }
    return false;
  }

  static std::size_t count(const std::int32_t* links, std::size_t degree) {
    std::size_t at = 0;
    while (at < degree && BuildingLinks::load(links + at) != kNoNode) ++at;
    return at;
  }
  static bool holds(const std::int32_t* links, std::size_t count, std::int32_t node) {
    for (std::size_t i = 0; i < count; ++i) {
      if (BuildingLinks::load(links + i) == node) return true;
    }
    return false;
  }

  const Codes& codes_;
  const std::uint32_t nodes_;
  const GraphOptions& options_;
  faiss::HNSW hnsw_;
  BuildingLinks links_;
  std::vector<LinkLock> locks_;
  std::vector<std::int32_t> rings_;       // the next in a node's ring, or kNoNode
  std::vector<std::uint32_t> to_insert_;  // nodes, ascending
  std::atomic<std::size_t> next_{0};      // in to_insert_
  std::atomic<bool> cancelled_{false};

  std::mutex top_mutex_;  // guards what follows
  std::uint32_t entry_ = 0;
  std::uint32_t top_level_ = 0;
};

}  // namespace

template <class Codes>
Result<Graph> build_graph(const Codes& codes, std::uint32_t nodes, const GraphOptions& options,
                          const GraphSeed* seed) {
  GraphBuilder<Codes> builder(codes, nodes, options, seed);
  CAIRN_RETURN_IF_ERROR(builder.run());
  return builder.take();
}

template Result<Graph> build_graph(const FloatCodes&, std::uint32_t, const GraphOptions&,
                                   const GraphSeed*);
template Result<Graph> build_graph(const ByteCodes&, std::uint32_t, const GraphOptions&,
                                   const GraphSeed*);
template Result<Graph> build_graph(const BitCodes&, std::uint32_t, const GraphOptions&,
                                   const GraphSeed*);

}  // namespace cairn::vector
