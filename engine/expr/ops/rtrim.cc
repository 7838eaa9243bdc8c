// $rtrim: a string without certain characters (white space) at its end.
#include "engine/expr/trim_text.h"

namespace cairn::expr {
namespace {

Result<ValueView> rtrim(const Arguments& arguments) {
  return trim_text("$rtrim", arguments, TrimmedEnds::kRight);
}

Result<ExpressionPtr> parse_rtrim(ValueView argument, const Scope& scope) {
  return parse_trim("$rtrim", argument, scope, rtrim);
}

}  // namespace

extern const Operator row_rtrim{.name = "$rtrim", .parse = parse_rtrim};

}  // namespace cairn::expr
