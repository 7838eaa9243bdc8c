// Documents that have expired: what TTL indexes and collections with `expireAfterSeconds` delete.
// Source: MongoDB's manual, "TTL Indexes".
#pragma once

#include "engine/api/engine.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::api {

struct ExpiryPass {
  std::int64_t deleted = 0;
  bool more = false;  // the time was up before everything due was deleted
  // The index, or collection, at which the time was up; empty: it was not.
  std::string stopped_at;
};

// Deletes what is due at `now`, through the write path, document by document, for about `time`.
// `behind`: where the pass before this one stopped; what comes behind it has its turn first, so
// that no index waits for ever while another has more due than a pass can delete.
// What fails is due at the next pass as well. Thread-safe.
ExpiryPass expire_documents(Engine& engine, Date now, std::chrono::milliseconds time,
                            std::string_view behind = {});

}  // namespace cairn::api
