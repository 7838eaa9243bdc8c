// What $setField and $unsetField share: a document with one field set, or taken out.
#pragma once

#include "engine/expr/named_arguments.h"

namespace cairn::expr {

enum : std::size_t { kChangedField, kChangedInput, kChangedValue };

// `fields` by the places above; a missing value takes the field out. Errors: Location4161106 to
// Location4161108, Location9534700; when evaluated Location4161105.
Result<ExpressionPtr> change_field(const NamedFields& fields, const Scope& scope);

}  // namespace cairn::expr
