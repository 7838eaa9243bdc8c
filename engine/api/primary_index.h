// `clusteredIndex` and `idIndex`, create's options on what stands under a collection's `_id`.
#pragma once

#include "engine/bson/collation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::api {

// {key, unique, name, v} as listCollections shows it, `v` and the name filled in. Errors:
// IDLFailedToParse, IDLUnknownField, TypeMismatch, InvalidIndexSpecificationOption, Locations.
Result<Document> check_clustered_index(ValueView option);

// The specification of the `_id` index; its collation, which `collection`'s must be, is left out.
// Errors: FailedToParse, InvalidIndexSpecificationOption, BadValue, TypeMismatch.
Result<Document> check_id_index(ValueView option, ValueView collection_collation);

}  // namespace cairn::api
