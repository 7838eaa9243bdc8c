// $bottomN: the last n elements of an array in an order.
#include "engine/expr/top_of_array.h"

namespace cairn::expr {
namespace {

constexpr TopOperator kBottomN{.name = "$bottomN",
                               .end = ArrayEnd::kBottom,
                               .how_many = HowMany::kN,
                               .not_object = 7212117,
                               .unknown = 7212118,
                               .missing_n = 7212119,
                               .missing_input = 7212120,
                               .wrong_n = 721214,
                               .negative_n = 721216,
                               .not_array = 721215};

Result<ExpressionPtr> parse_bottom_n(ValueView argument, const Scope& scope) {
  return parse_top_of_array(kBottomN, argument, scope);
}

}  // namespace

extern const Operator row_bottom_n{.name = "$bottomN", .parse = parse_bottom_n, .folded = false};

}  // namespace cairn::expr
