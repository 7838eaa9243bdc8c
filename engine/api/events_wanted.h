// What the stages behind `$changeStream` may look at, so that the scan makes nothing else.
#pragma once

#include "engine/changes/watch_options.h"

#include <cairn/bson.h>

namespace cairn::api {

// `stages`: an array of those behind it. Everything where one look does not tell. With a collation
// names of operations are not compared as they are written.
changes::EventsWanted events_wanted(DocumentView stages, DocumentView collation);

}  // namespace cairn::api
