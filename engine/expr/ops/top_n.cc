// $topN: the first n elements of an array in an order.
#include "engine/expr/top_of_array.h"

namespace cairn::expr {
namespace {

constexpr TopOperator kTopN{.name = "$topN",
                            .end = ArrayEnd::kTop,
                            .how_many = HowMany::kN,
                            .not_object = 721218,
                            .unknown = 721219,
                            .missing_n = 7212110,
                            .missing_input = 7212111,
                            .wrong_n = 721210,
                            .negative_n = 721212,
                            .not_array = 721211};

Result<ExpressionPtr> parse_top_n(ValueView argument, const Scope& scope) {
  return parse_top_of_array(kTopN, argument, scope);
}

}  // namespace

extern const Operator row_top_n{.name = "$topN", .parse = parse_top_n, .folded = false};

}  // namespace cairn::expr
