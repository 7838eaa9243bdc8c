// Documents that have expired: what TTL indexes and collections with `expireAfterSeconds` delete.
// Source: MongoDB's manual, "TTL Indexes".
#pragma once

#include "engine/api/engine.h"
#include "engine/api/expire_measurements.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace cairn::api {

// What one pass leaves to the next.
struct ExpiryPlaces {
  // The index, or collection, at which the time was up; empty: it was not. What comes behind it has
  // its turn first, so that no index waits for ever while another has more due than a pass can
  // delete.
  std::string stopped_at;
  std::map<Uuid, MeasurementPlaces> series;
};

struct ExpiryPass {
  std::int64_t deleted = 0;
  std::int64_t skipped = 0;  // TTL indexes of a kind that has no dates in order
  // The time was up before everything due was deleted. Not where it was up without any deletion:
  // looking again at once would find no more.
  bool more = false;
};

// Deletes what is due at `now`, through the write path, document by document, for about `time`.
// What fails is due at the next pass as well. Thread-safe, but for `places`.
ExpiryPass expire_documents(Engine& engine, Date now, std::chrono::milliseconds time,
                            ExpiryPlaces& places);

}  // namespace cairn::api
