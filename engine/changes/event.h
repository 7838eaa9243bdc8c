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

// Writes the event into `out` (cleared first). REQUIRES: the row means something to the stream.
// Error: NoMatchingDocument where an image is required and not there.
Status make_event(Storage& storage, Catalog& catalog, const ChangeRow& row,
                  const WatchOptions& options, std::string& out);
// {_id, operationType: "invalidate", clusterTime, wallTime}
void make_invalidate(OpNumber op, Date wall, std::string& out);

// The token of a row's event.
ResumeToken token_of(const ChangeRow& row);

}  // namespace cairn::changes
