// Links: the two shapes in which a graph's links are read: SealedLinks of a segment, fixed in
// place, and BuildingLinks while nodes are put in by many threads. A node's links on a level end
// with kNoNode or where the level is full. The structure is that of Malkov and Yashunin, "Efficient
// and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs"
// (arXiv 1603.09320).
//
// Of rows that are equal the graph has one as a node with links of its own; the others, its twins,
// hang on it in a ring on level 0, one link each, since links among equal nodes would be all that
// they have and lead nowhere. A ring link to node v is stored as -(v + 2) and stands first; it may
// be the only one. While nodes are put in there are no rings.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cairn::vector {

inline constexpr std::int32_t kNoNode = -1;
inline constexpr std::uint32_t kMostEdges = 512;

constexpr bool is_ring(std::int32_t link) { return link < kNoNode; }
constexpr std::int32_t ring_link(std::uint32_t node) {
  return -static_cast<std::int32_t>(node) - 2;
}
// Where any link but kNoNode leads, of either kind.
constexpr std::uint32_t node_of(std::int32_t link) {
  return link >= 0 ? static_cast<std::uint32_t>(link) : ~static_cast<std::uint32_t>(link) - 1;
}

// Level 0 holds twice the links of the others.
struct SealedLinks {
  const std::int32_t* level0 = nullptr;     // 2 * edges per node
  const std::int32_t* upper = nullptr;      // edges per node and level above 0, by node
  const std::uint32_t* upper_at = nullptr;  // where a node's begin, in units of `edges`
  std::uint32_t edges = 0;
  std::uint32_t entry = 0;
  std::uint32_t top_level = 0;

  std::size_t degree(std::uint32_t level) const { return level == 0 ? 2 * edges : edges; }
  const std::int32_t* of(std::uint32_t node, std::uint32_t level) const {
    if (level == 0) return level0 + std::size_t{node} * 2 * edges;
    return upper + (std::size_t{upper_at[node]} + level - 1) * edges;
  }
  static std::int32_t load(const std::int32_t* link) { return *link; }
};

// Where the links of each node begin in `upper`, in units of `edges`. Of levels 0 to 255.
std::vector<std::uint32_t> upper_places(const std::uint8_t* levels, std::size_t nodes);

// Over faiss::HNSW's arrays. Links are single words that are read while others write them: a reader
// may see a mixture of old and new links, all of which are nodes.
struct BuildingLinks {
  std::int32_t* neighbors = nullptr;
  const std::size_t* offsets = nullptr;  // where a node's begin: level 0 first
  std::uint32_t edges = 0;

  std::size_t degree(std::uint32_t level) const { return level == 0 ? 2 * edges : edges; }
  std::int32_t* of(std::uint32_t node, std::uint32_t level) const {
    return neighbors + offsets[node] + (level == 0 ? 0 : (std::size_t{level} + 1) * edges);
  }
  static std::int32_t load(const std::int32_t* link) {
    return std::atomic_ref<std::int32_t>(*const_cast<std::int32_t*>(link))
        .load(std::memory_order_relaxed);
  }
  static void store(std::int32_t* link, std::int32_t node) {
    std::atomic_ref<std::int32_t>(*link).store(node, std::memory_order_relaxed);
  }
};

}  // namespace cairn::vector
