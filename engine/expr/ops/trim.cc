// $trim: a string without certain characters (white space) at both ends.
#include "engine/expr/trim_text.h"

namespace cairn::expr {
namespace {

Result<ValueView> trim(const Arguments& arguments) {
  return trim_text("$trim", arguments, TrimmedEnds::kBoth);
}

Result<ExpressionPtr> parse_trim(ValueView argument, const Scope& scope) {
  return parse_trim("$trim", argument, scope, trim);
}

}  // namespace

extern const Operator row_trim{.name = "$trim", .parse = parse_trim};

}  // namespace cairn::expr
