// What may be written to a time-series collection. Source: MongoDB's manual, "Time Series
// Collection Limitations".
#pragma once

#include "engine/catalog/rules.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::write {

struct SeriesUpdate {
  DocumentView filter;
  ValueView update;
  bool multi = false;
  bool upsert = false;
};

// Error: InvalidOptions (72) where an update is not one that changes the metadata of all
// measurements that it finds by their metadata. REQUIRES: `rules` are a time-series collection's.
Status check_series_update(const CollectionRules& rules, const SeriesUpdate& asked);

}  // namespace cairn::write
