// How commands name a search index: {id: "…"} or {name: "…"}.
#pragma once

#include "compat/mongodb/command/state.h"

#include <cairn/collection.h>

namespace cairn::mongodb {

// Error: BadValue unless just one of the two is given. Views into the command.
inline Result<SearchIndexKey> search_index_key(const Call& call, int id, int name) {
  const bool has_id = !call.arguments[id].missing();
  const bool has_name = !call.arguments[name].missing();
  if (has_id == has_name) {
    return Status(ErrorCode::kBadValue, "exactly one of \"id\" and \"name\" must be given");
  }
  if (has_id) return SearchIndexKey{.id = call.arguments[id].as_string(), .name = {}};
  return SearchIndexKey{.id = {}, .name = call.arguments[name].as_string()};
}

}  // namespace cairn::mongodb
