// A delta (delta.h) put on the document that it was made from.
//
// Fields keep their places; those that are inserted come last, in the delta's order, also where the
// document has one of the name. Pure functions.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>

namespace cairn::update {

// Overwrites `out` with the document. `delta`: {$v: 2, diff: …}. Error: InternalError where it is
// none, or one of another document.
Status apply_delta(DocumentView before, DocumentView delta, std::string& out);

}  // namespace cairn::update
