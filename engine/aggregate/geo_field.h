// Geo field: which field $geoNear looks at where it is not told.
#pragma once

#include "engine/catalog/collection.h"

#include <cairn/status.h>

#include <string>

namespace cairn::aggregate {

// The field of the collection's only `2d` index, or else of its only `2dsphere` index. Error:
// IndexNotFound where there is none, or more than one.
Result<std::string> geo_field(const CollectionEntry& collection);

}  // namespace cairn::aggregate
