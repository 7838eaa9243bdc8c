// StatusReport: the store's statistics as the document that `serverStatus` shows.
#pragma once

#include "engine/keys/key_store.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>

namespace cairn::api {

Document status_report(const StorageStatistics& statistics, const keys::SweepCounts& keys);

}  // namespace cairn::api
