// Names of MongoDB's expression language, so that what Cairn has not yet is refused differently
// from what nobody knows.
#pragma once

#include <string_view>

namespace cairn::expr {

bool is_known_operator(std::string_view name);     // "$add"
bool is_known_accumulator(std::string_view name);  // "$first"

}  // namespace cairn::expr
