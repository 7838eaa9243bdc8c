// FAISS's IndexHNSWFlat as a peer, as the distribution builds it.
#include "bench/ann/peer.h"

#include <faiss/IndexHNSW.h>
#include <omp.h>

#include <algorithm>
#include <array>

namespace {

void* build(const float* rows, std::uint32_t count, std::uint32_t dimensions, std::uint32_t edges,
            std::uint32_t candidates, unsigned threads) {
  omp_set_num_threads(static_cast<int>(threads));
  // Of rows of length 1 the euclidean order is that of the cosine, and faster here.
  auto* index = new faiss::IndexHNSWFlat(static_cast<int>(dimensions), static_cast<int>(edges),
                                         faiss::METRIC_L2);
  index->hnsw.efConstruction = static_cast<int>(candidates);
  index->add(count, rows);
  omp_set_num_threads(1);
  return index;
}

void search(void* of, const float* query, std::uint32_t limit, std::uint32_t candidates,
            std::uint32_t* places) {
  auto* index = static_cast<faiss::IndexHNSWFlat*>(of);
  index->hnsw.efSearch = static_cast<int>(candidates);
  constexpr std::uint32_t kMost = 1024;
  std::array<faiss::Index::idx_t, kMost> found;
  std::array<float, kMost> distances;
  limit = std::min(limit, kMost);
  index->search(1, query, limit, distances.data(), found.data());
  for (std::uint32_t i = 0; i < limit; ++i) places[i] = static_cast<std::uint32_t>(found[i]);
}

void destroy(void* index) { delete static_cast<faiss::IndexHNSWFlat*>(index); }

constexpr CairnAnnPeer kPeer{.name = "faiss", .build = build, .search = search, .destroy = destroy};

}  // namespace

extern "C" __attribute__((visibility("default"))) const CairnAnnPeer* cairn_ann_peer() {
  return &kPeer;
}
