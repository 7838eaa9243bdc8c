// What `returnStoredSource` gives of a document: `_id` and the fields that the index's definition
// chooses in `storedSource`. Source: MongoDB's manual, "Define Stored Source Fields".
#pragma once

#include "engine/catalog/index_entry.h"
#include "engine/project/projection.h"

#include <cairn/status.h>

#include <optional>

namespace cairn::aggregate {

// nullopt: the index stores nothing. REQUIRES: the index's kind is kVector. Errors: the
// projection's.
Result<std::optional<project::Projection>> stored_source(const IndexEntry& index);

}  // namespace cairn::aggregate
