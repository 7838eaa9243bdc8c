// StatusReport: the store's statistics as the document that `serverStatus` shows.
#pragma once

#include "engine/storage/storage.h"

#include <cairn/bson.h>

namespace cairn::api {

Document status_report(const StorageStatistics& statistics);

}  // namespace cairn::api
