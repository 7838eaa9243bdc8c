// $replaceOne: a string in which the first place that is found is replaced.
#include "engine/expr/replace_text.h"

namespace cairn::expr {
namespace {

Result<ValueView> replace_one(const Arguments& arguments) {
  return replace_text("$replaceOne", arguments, Replaced::kFirst);
}

Result<ExpressionPtr> parse_replace_one(ValueView argument, const Scope& scope) {
  return parse_replace("$replaceOne", argument, scope, replace_one);
}

}  // namespace

extern const Operator row_replace_one{
    .name = "$replaceOne", .parse = parse_replace_one, .folded = false};

}  // namespace cairn::expr
