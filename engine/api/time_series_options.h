// TimeSeriesOptions: `create`'s option `timeseries`. Source: MongoDB's manual, "Time Series
// Collections".
#pragma once

#include "engine/catalog/namespace.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// As listCollections shows it, with what follows from the granularity. Errors: InvalidOptions,
// BadValue, IDLFailedToParse.
Result<Document> check_time_series(const Namespace& name, ValueView option);

}  // namespace cairn::api
