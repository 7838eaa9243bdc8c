// The errors that arithmetic updates share.
#pragma once

#include "engine/update/modifier.h"

namespace cairn::update {

// TypeMismatch "Cannot apply $inc to a value of non-numeric type. …"
Status not_a_number(std::string_view name, ValueView current, const Place& place,
                    const Application& application);
// BadValue "Failed to apply $inc operations to current value (…) for document …"
Status out_of_range(std::string_view name, ValueView current, const Application& application);

}  // namespace cairn::update
