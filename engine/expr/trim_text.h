// What $trim, $ltrim and $rtrim share: {input: …, chars: …}.
#pragma once

#include "engine/expr/named_arguments.h"

namespace cairn::expr {

enum class TrimmedEnds : std::uint8_t { kBoth, kLeft, kRight };

// Errors: Location50694, Location50695, Location50696.
Result<ExpressionPtr> parse_trim(std::string_view name, ValueView argument, const Scope& scope,
                                 NamedFunction function);
// Errors: Location50699, Location50700.
Result<ValueView> trim_text(std::string_view name, const Arguments& arguments, TrimmedEnds ends);

}  // namespace cairn::expr
