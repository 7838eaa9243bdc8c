// Check: proves that a store is whole, collection by collection. What `cairn check` runs.
#pragma once

#include "engine/api/engine.h"

#include <cairn/database.h>

namespace cairn::api {

// Reads one snapshot of everything. Problems are lines of the report; an error is what kept the
// check from going on.
Result<Database::CheckReport> check(Engine& engine,
                                    const std::function<void(std::string_view)>& progress);

}  // namespace cairn::api
