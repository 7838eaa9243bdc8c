// hnswlib as a peer: its own distance functions, as compiled for this processor.
#include "bench/ann/peer.h"

#include <hnswlib/hnswlib.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

struct Index {
  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> graph;

  Index(std::uint32_t count, std::uint32_t dimensions, std::uint32_t edges,
        std::uint32_t candidates)
      : space(dimensions), graph(&space, count, edges, candidates) {}
};

void* build(const float* rows, std::uint32_t count, std::uint32_t dimensions, std::uint32_t edges,
            std::uint32_t candidates, unsigned threads) {
  auto* index = new Index(count, dimensions, edges, candidates);
  std::atomic<std::uint32_t> next{0};
  const auto work = [&] {
    for (std::uint32_t at = next++; at < count; at = next++) {
      index->graph.addPoint(rows + std::size_t{at} * dimensions, at);
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return index;
}

void search(void* of, const float* query, std::uint32_t limit, std::uint32_t candidates,
            std::uint32_t* places) {
  auto* index = static_cast<Index*>(of);
  index->graph.ef_ = candidates;
  auto found = index->graph.searchKnn(query, limit);
  for (std::size_t at = found.size(); at-- > 0; found.pop()) {
    places[at] = static_cast<std::uint32_t>(found.top().second);
  }
}

void destroy(void* index) { delete static_cast<Index*>(index); }

constexpr CairnAnnPeer kPeer{
    .name = "hnswlib", .build = build, .search = search, .destroy = destroy};

}  // namespace

extern "C" __attribute__((visibility("default"))) const CairnAnnPeer* cairn_ann_peer() {
  return &kPeer;
}
