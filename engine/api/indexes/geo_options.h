// The definition of a geographic index, checked and completed. Source: MongoDB's manual, "2dsphere
// Indexes" and "2d Indexes"; the borders were read off its engine.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// The options that such an index keeps: 2dsphereIndexVersion, coarsestIndexedLevel,
// finestIndexedLevel, or bits, min, max, bucketSize. REQUIRES: is_geo_pattern of the
// specification's key. Errors: CannotCreateIndex, InvalidOptions, BadValue, 16747 to 16749, 16800,
// 16801.
Result<Document> complete_geo(DocumentView specification);

}  // namespace cairn::api
