// PrepareDocument: what MongoDB does to a document before it stores it.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>

namespace cairn::write {

// Gives `document` an ObjectId where it has no `_id`, moves `_id` to the front, fills in empty
// timestamps of the top level with `cluster_time`. The result is `document` itself where nothing
// changes, else it lies in `buffer`. Errors: BadValue (too large, two `_id`s), InvalidIdField,
// DollarPrefixedFieldName.
// `kKeep` leaves empty timestamps alone.
enum class EmptyTimestamps : std::uint8_t { kFill, kKeep };
Result<DocumentView> prepare_document(DocumentView document, Timestamp cluster_time,
                                      std::string& buffer,
                                      EmptyTimestamps timestamps = EmptyTimestamps::kFill);

// Whether a document is flat enough to be stored: what is made here, by a command or a pipeline,
// may be deeper than what comes over the wire. Error: Overflow.
Status check_nesting(DocumentView document);

// Whether a value may be an `_id`. Error: InvalidIdField, DollarPrefixedFieldName.
Status check_id(ValueView id);

}  // namespace cairn::write
