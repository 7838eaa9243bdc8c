// Event: a change record as a change stream tells it. Source: MongoDB's manual, "Change Events".
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/changes/watch_options.h"
#include "engine/storage/change.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>

namespace cairn::changes {

// What a row means to a stream.
enum class Meaning : std::uint8_t {
  kNothing,
  kEvent,
  kLastEvent,  // an event that the invalidation of the stream follows
};
Meaning meaning_of(const ChangeRow& row, const WatchOptions& options);

// REQUIRES: the row means something to some stream.
Operation operation_of(const ChangeRow& row);

// What events are made with.
struct EventContext {
  Storage& storage;
  Catalog& catalog;
  const WatchOptions& options;
  std::int64_t oldest_image_ms;  // the images of earlier changes have expired
};

// Appends the event to `out`. REQUIRES: the row means something to the stream.
// Error: NoMatchingDocument where an image is required and not there.
Status make_event(const EventContext& context, const ChangeRow& row, std::string& out);
// {_id, operationType: "invalidate", clusterTime, wallTime}, into `out` (cleared first).
void make_invalidate(OpNumber op, Date wall, std::string& out);

// The token of a row's event.
ResumeToken token_of(const ChangeRow& row);

}  // namespace cairn::changes
