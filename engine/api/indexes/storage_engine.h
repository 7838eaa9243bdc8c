// Options of MongoDB's storage engine, which are taken and mean nothing.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// Of `storageEngine` in an index specification; missing: none. Errors: CannotCreateIndex, BadValue,
// InvalidOptions.
Status check_storage_engine(ValueView options);

}  // namespace cairn::api
