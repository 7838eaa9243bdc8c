// UpdateDescription: what an update changed, as change events tell it. Pure.
#pragma once

#include <cairn/bson.h>

namespace cairn::changes {

// Whether `disambiguatedPaths` is told: of paths with numbers or dots in their fields' names.
enum class Disambiguate : std::uint8_t { kNo, kYes };

// Appends {updatedFields, removedFields, truncatedArrays} made of a delta ({$v: 2, diff: …}) to an
// open document.
void append_update_description(DocumentView delta, Disambiguate disambiguate, DocumentBuilder& out);

}  // namespace cairn::changes
