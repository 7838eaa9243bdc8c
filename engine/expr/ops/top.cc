// $top: the first element of an array in an order.
#include "engine/expr/top_of_array.h"

namespace cairn::expr {
namespace {

constexpr TopOperator kTop{.name = "$top",
                           .end = ArrayEnd::kTop,
                           .how_many = HowMany::kOne,
                           .not_object = 7212113,
                           .unknown = 7212114,
                           .missing_n = 0,
                           .missing_input = 7212115,
                           .wrong_n = 0,
                           .negative_n = 0,
                           .not_array = 721213};

Result<ExpressionPtr> parse_top(ValueView argument, const Scope& scope) {
  return parse_top_of_array(kTop, argument, scope);
}

}  // namespace

extern const Operator row_top{.name = "$top", .parse = parse_top, .folded = false};

}  // namespace cairn::expr
