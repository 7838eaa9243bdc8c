// $ltrim: a string without certain characters (white space) at its beginning.
#include "engine/expr/trim_text.h"

namespace cairn::expr {
namespace {

Result<ValueView> ltrim(const Arguments& arguments) {
  return trim_text("$ltrim", arguments, TrimmedEnds::kLeft);
}

Result<ExpressionPtr> parse_ltrim(ValueView argument, const Scope& scope) {
  return parse_trim("$ltrim", argument, scope, ltrim);
}

}  // namespace

extern const Operator row_ltrim{.name = "$ltrim", .parse = parse_ltrim};

}  // namespace cairn::expr
