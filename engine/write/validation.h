// Validation: whether a document may be stored in a collection that has a validator.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/storage.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::write {

// Error: DocumentValidationFailure (121), with `errInfo` as details; what evaluating the validator
// gives. Under validationAction "warn" `storage`'s log is told instead, under "errorAndLog" as
// well.
Status check_inserted(const Storage& storage, const CollectionEntry& collection,
                      DocumentView document);
// The same for a document that becomes `after`; under validationLevel "moderate" one that was wrong
// before may stay so.
Status check_updated(const Storage& storage, const CollectionEntry& collection, DocumentView before,
                     DocumentView after);

// What a time-series collection asks of a measurement. Error: BadValue where its time is no date.
Status check_measurement(const CollectionRules& rules, DocumentView document);

}  // namespace cairn::write
