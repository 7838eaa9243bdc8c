// What a peer's shared object offers `cairn bench ann`: one function of this name. Peers are
// compiled for this processor and loaded when they are there, so that the binary neither needs them
// nor has their code.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct CairnAnnPeer {
  const char* name;
  // Rows have length 1; nearest by cosine. The rows live as long as the index. Throws nothing.
  void* (*build)(const float* rows, std::uint32_t count, std::uint32_t dimensions,
                 std::uint32_t edges, std::uint32_t candidates, unsigned threads);
  // Writes `limit` places, nearest first.
  void (*search)(void* index, const float* query, std::uint32_t limit, std::uint32_t candidates,
                 std::uint32_t* places);
  void (*destroy)(void* index);
};

const CairnAnnPeer* cairn_ann_peer();
}
