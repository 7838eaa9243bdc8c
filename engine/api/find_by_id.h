// FindById: the shortest way for the commonest query, `{_id: value}` and nothing else: no filter is
// parsed, no plan is made.
#pragma once

#include "engine/api/engine.h"

#include <cairn/collection.h>

namespace cairn::api {

// Whether the query is a lookup of one `_id` by equality, without anything that needs a plan.
bool is_plain_id_query(DocumentView filter, const FindOptions& options);
// REQUIRES: is_plain_id_query.
Result<Cursor> find_by_id(const write::Context& context, const CollectionRef& collection,
                          DocumentView filter, const FindOptions& options);

}  // namespace cairn::api
