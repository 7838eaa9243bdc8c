// Shape: what queries have in common that differ in their values only.
#pragma once

#include "engine/plan/plan.h"

#include <string>
#include <string_view>

namespace cairn::plan {

// A text that is equal for queries of one shape. `projection`: the query's, or empty.
std::string shape_of(const match::Matcher& matcher, DocumentView sort, DocumentView projection);
// The same as index filters tell queries apart: by what is asked of which fields, whatever the
// values, by the order, and by the fields that a projection needs.
std::string filter_shape_of(const match::Matcher& matcher, DocumentView sort,
                            DocumentView projection);
// Eight hexadecimal digits, as `planCacheShapeHash` shows a shape.
std::string shape_hash(std::string_view shape);

}  // namespace cairn::plan
