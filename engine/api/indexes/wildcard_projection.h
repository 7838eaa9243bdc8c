// What the projection of a wildcard index may say. Source: MongoDB's manual, "Wildcard Indexes"
// (wildcardProjection); the codes were read off its engine.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// REQUIRES: not empty. Errors: Location51271 where something would be computed, and the parser's
// own (Location31254 for inclusion and exclusion in one, Location31324, Location51270, …).
Status check_wildcard_projection(DocumentView projection);

}  // namespace cairn::api
