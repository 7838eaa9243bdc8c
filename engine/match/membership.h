// Membership: whether a value is one of a list, as `$in` and `$nin` ask.
#pragma once

#include "engine/match/operator.h"

namespace cairn::match {

// Error: BadValue where `list` is no array ("$in needs an array") or holds operators.
Result<std::unique_ptr<const ValueTest>> membership_test(std::string_view name, ValueView list,
                                                         const Collation* collation);

}  // namespace cairn::match
