// Graph: the links over a set of codes, built by many threads at once. With one thread the same
// seed gives the same graph. faiss::HNSW holds the arrays and draws the levels; the insertion is
// ours, since FAISS's waits for memory, computes one distance at a time and lets searches and
// inserts race.
#pragma once

#include "index/vector/links.h"
#include "index/vector/pages.h"

#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cairn::vector {

struct GraphOptions {
  std::uint32_t edges = 16;        // MongoDB's maxEdges, M in the paper; twice as many on level 0
  std::uint32_t candidates = 100;  // numEdgeCandidates, efConstruction in the paper
  std::uint64_t seed = 1;
  unsigned threads = 1;
  // Asked now and then, by any of the threads; true ends the build with Interrupted.
  std::function<bool()> cancelled;
  // How many nodes are in, now and then, by any of the threads.
  std::function<void(std::uint64_t)> progress;
};

struct Graph {
  std::uint32_t edges = 0;
  std::uint32_t entry = 0;
  std::uint32_t top_level = 0;
  std::vector<std::uint8_t> levels;  // per node, 0 for most
  Pages level0;                      // int32, 2 * edges per node
  std::vector<std::int32_t> upper;   // edges per node and level above 0

  SealedLinks links(const std::uint32_t* upper_at) const {
    return {.level0 = reinterpret_cast<const std::int32_t*>(level0.data()),
            .upper = upper.data(),
            .upper_at = upper_at,
            .edges = edges,
            .entry = entry,
            .top_level = top_level};
  }
};

// A graph that another begins with. It has at least one node and as many edges as the other.
struct GraphSeed {
  SealedLinks links;
  std::span<const std::uint8_t> levels;  // of its nodes
  std::vector<std::uint32_t> numbers;    // of its nodes in the new graph, ascending
};

// Of the nodes 0 to nodes - 1. With a seed those that it has not are put into it, which is all the
// work; nullptr: all are. Codes is FloatCodes, ByteCodes or BitCodes. REQUIRES: nodes > 0.
template <class Codes>
Result<Graph> build_graph(const Codes& codes, std::uint32_t nodes, const GraphOptions& options,
                          const GraphSeed* seed = nullptr);

}  // namespace cairn::vector
