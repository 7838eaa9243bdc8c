// What a `$vectorSearch` may filter by: a part of the query language, over the fields that its
// index has for filtering. Source: MongoDB's manual, "$vectorSearch", "filter".
#pragma once

#include "engine/catalog/vector_spec.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string_view>

namespace cairn::aggregate {

// `name`: of the option that it is. Error: UnknownError, as MongoDB's search process has it.
Status check_vector_filter(DocumentView filter, std::string_view name, const VectorSpec& index);

}  // namespace cairn::aggregate
