// What a vector search index has of a document for one of its fields.
#pragma once

#include "engine/catalog/vector_spec.h"

#include <cairn/bson.h>

#include <string>

namespace cairn::records {

// The value of the document's entry for the field, in `entry`: the vector as subtype 9 has it.
// False: it has none, for its vector is missing or does not fit.
bool read_vector_entry(const VectorField& field, DocumentView document, std::string& entry);

}  // namespace cairn::records
