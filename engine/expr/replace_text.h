// What $replaceOne and $replaceAll share: {input: …, find: …, replacement: …}.
#pragma once

#include "engine/expr/named_arguments.h"

namespace cairn::expr {

enum class Replaced : std::uint8_t { kFirst, kAll };

// Errors: Location51747 to Location51751.
Result<ExpressionPtr> parse_replace(std::string_view name, ValueView argument, const Scope& scope,
                                    NamedFunction function);
// Errors: Location10503902 to Location10503904, Location51111.
Result<ValueView> replace_text(std::string_view name, const Arguments& arguments,
                               Replaced replaced);

}  // namespace cairn::expr
