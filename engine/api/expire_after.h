// `expireAfterSeconds` of a collection, as `create` and `collMod` take it.
// Source: MongoDB's manual, "TTL Indexes" (restrictions on values; NaN).
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>

namespace cairn::api {

// The seconds that a number stands for: fractions are dropped; NaN, of which MongoDB has made the
// longest time there is since its NaN once deleted everything, is 2^31 - 1. Error: InvalidOptions
// where it is negative, or no time that may have passed since 1970.
Result<std::int64_t> expire_after_seconds(ValueView value, Date now);

}  // namespace cairn::api
