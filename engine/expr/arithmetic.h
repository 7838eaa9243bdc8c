// Arithmetic over BSON's four number types with MongoDB's promotions: the result is decimal128 if
// an operand is, else double if one is, else int64 if one is or the int32 result does not fit, else
// int32.
#pragma once

#include <cairn/bson.h>

#include <optional>

namespace cairn::expr {

// nullopt where the result is an integer beyond int64. REQUIRES: both are numbers.
std::optional<Value> add(ValueView a, ValueView b);
std::optional<Value> multiply(ValueView a, ValueView b);

}  // namespace cairn::expr
