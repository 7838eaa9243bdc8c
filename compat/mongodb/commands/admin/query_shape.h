// The shape of queries that the commands on plans and index filters name, and the errors they give
// to what is none: those of MongoDB's older commands.
#pragma once

#include "compat/mongodb/command/command.h"

#include <cairn/collection.h>

#include <array>
#include <optional>

namespace cairn::mongodb {

enum QueryShapeField { kShapeQuery, kShapeSort, kShapeProjection, kShapeCollation, kShapeIndexes };
// Of planCacheSetFilter and planCacheClearFilters; their types are checked by `shape_argument`.
inline constexpr std::array<Field, 5> kQueryShapeFields = {{{.name = "query"},
                                                            {.name = "sort"},
                                                            {.name = "projection"},
                                                            {.name = "collation"},
                                                            {.name = "indexes"}}};

// Views into the call. Errors: BadValue without a query, or where a part is no document.
Result<QueryShape> shape_argument(const Call& call);
// BadValue where parts of a shape are given, but no query.
Status check_no_parts(const Call& call);

}  // namespace cairn::mongodb
