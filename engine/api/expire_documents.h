// Documents that have expired: what TTL indexes and collections with `expireAfterSeconds` delete.
// Source: MongoDB's manual, "TTL Indexes".
#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <cstdint>

namespace cairn::api {

struct ExpiryPass {
  std::int64_t deleted = 0;
  bool more = false;  // the time was up before everything due was deleted
};

// Deletes what is due at `now`, through the write path, document by document, for about `time`.
// What fails is due at the next pass as well. Thread-safe.
ExpiryPass expire_documents(Engine& engine, Date now, std::chrono::milliseconds time);

}  // namespace cairn::api
