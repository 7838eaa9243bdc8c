// Time-series collections: the options that make one, and what indexes it may have. Its documents,
// measurements, are stored as others are, but without an `_id` index: several may have one `_id`.
// Source: MongoDB's manual, "Time Series Collections" and its limitations.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/catalog/namespace.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>
#include <vector>

namespace cairn {

// The option as listCollections shows it, with what follows from the granularity. `field` is what
// errors call it ("create.timeseries"). Errors: InvalidOptions, BadValue, IDLFailedToParse.
Result<Document> check_time_series(const Namespace& name, std::string_view field, ValueView option);

// The same after collMod's `timeseries`: a coarser granularity, or longer spans of its own, both
// given and equal. `option`: as listCollections shows it. Errors: InvalidOptions, BadValue,
// TypeMismatch.
Result<Document> change_time_series(const Namespace& name, DocumentView option, ValueView change);

// What such a collection gets of itself: by its metaField and time, if it has the first.
// `options`: a collection's, as listCollections shows them.
std::vector<IndexDefinition> time_series_indexes(DocumentView options);

// Whether it may have the index. Errors: InvalidOptions, CannotCreateIndex, Location7246201.
Status check_time_series_index(const CollectionRules& rules, DocumentView specification);

}  // namespace cairn
