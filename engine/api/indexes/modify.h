// collMod's `index`: {name | keyPattern, hidden, expireAfterSeconds, unique, prepareUnique}.
// Source: MongoDB's manual, "collMod".
#pragma once

#include "engine/write/context.h"

#include <cairn/bson.h>
#include <cairn/operation.h>
#include <cairn/status.h>

namespace cairn::api {

// Checks `asked` against the collection, changes `definition` (a copy of the collection's) and
// tells in `changed` what is different. Errors: IndexNotFound, InvalidOptions, ….
Status modify_index(const CollectionEntry& collection, ValueView asked,
                    CollectionDefinition& definition, DocumentBuilder& changed);

// Where `asked` makes an index unique: CannotConvertIndexToUnique, with `violations`, if documents
// have a key in common. Nobody can add such a document while `collection` is the definition, for
// the index has `prepareUnique` then; so writers need not be shut out.
Status check_convertible(write::Context& context, const CollectionEntry& collection,
                         ValueView asked);

}  // namespace cairn::api
