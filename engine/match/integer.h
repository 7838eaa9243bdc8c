// Integers among the arguments of operators. The words of the errors are MongoDB's.
#pragma once

#include <cairn/bson.h>

namespace cairn::match {

// A whole number of any type that an int64 holds. Errors: FailedToParse, with the argument.
Result<std::int64_t> parse_int64(const Element& argument);
// The same, not below zero.
Result<std::int64_t> parse_non_negative(const Element& argument);

}  // namespace cairn::match
