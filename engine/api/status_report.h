// StatusReport: the store's statistics as the document that `serverStatus` shows.
#pragma once

#include "engine/keys/key_store.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>

namespace cairn::api {

struct TtlCounts {
  std::int64_t deleted = 0;
  std::int64_t passes = 0;
  std::int64_t skipped = 0;
};

// `vector_bytes`: what vector search indexes have of the memory budget.
Document status_report(const StorageStatistics& statistics, const keys::SweepCounts& keys,
                       const TtlCounts& ttl, std::size_t vector_bytes);

}  // namespace cairn::api
