// The five column families of the store, and the numbers that its keys are made of. FORMAT.md has
// every layout.
#pragma once

#include <cstdint>

namespace cairn {

enum class Family : std::uint8_t {
  kMeta,   // catalog, counters, keyspace allocation, session records
  kDoc,    // documents
  kIdx,    // index entries
  kOplog,  // one row per document change, by op number
  kAux,    // vectors, text postings, keys with a time to live
};
inline constexpr int kFamilies = 5;

// A collection's documents, or one index: the first four bytes of their keys. 0 is never given out,
// and none is given out twice.
using Keyspace = std::uint32_t;
inline constexpr Keyspace kNoKeyspace = 0;

// Rises with insertion inside one collection, from 1.
using RecordId = std::uint64_t;

// The place of one change in the total order: seconds since 1970 in the high half, an increment in
// the low half, strictly rising even across restarts. It is a BSON timestamp's value, and so it is
// also MongoDB's optime and `operationTime`.
using OpNumber = std::uint64_t;

}  // namespace cairn
