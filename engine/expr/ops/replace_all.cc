// $replaceAll: a string in which all places that are found are replaced.
#include "engine/expr/replace_text.h"

namespace cairn::expr {
namespace {

Result<ValueView> replace_all(const Arguments& arguments) {
  return replace_text("$replaceAll", arguments, Replaced::kAll);
}

Result<ExpressionPtr> parse_replace_all(ValueView argument, const Scope& scope) {
  return parse_replace("$replaceAll", argument, scope, replace_all);
}

}  // namespace

extern const Operator row_replace_all{
    .name = "$replaceAll", .parse = parse_replace_all, .folded = false};

}  // namespace cairn::expr
