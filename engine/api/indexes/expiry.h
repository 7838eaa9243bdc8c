// `expireAfterSeconds` in an index specification.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// Whether its value can be one. Error: CannotCreateIndex.
Status check_expiry(DocumentView specification);
// Whether the index may have it at all: what is refused only where there is no index like it.
Status check_expiring_fields(DocumentView specification);

}  // namespace cairn::api
