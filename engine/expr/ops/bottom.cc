// $bottom: the last element of an array in an order.
#include "engine/expr/top_of_array.h"

namespace cairn::expr {
namespace {

constexpr TopOperator kBottom{.name = "$bottom",
                              .end = ArrayEnd::kBottom,
                              .how_many = HowMany::kOne,
                              .not_object = 7212122,
                              .unknown = 7212123,
                              .missing_n = 0,
                              .missing_input = 7212124,
                              .wrong_n = 0,
                              .negative_n = 0,
                              .not_array = 721217};

Result<ExpressionPtr> parse_bottom(ValueView argument, const Scope& scope) {
  return parse_top_of_array(kBottom, argument, scope);
}

}  // namespace

extern const Operator row_bottom{.name = "$bottom", .parse = parse_bottom, .folded = false};

}  // namespace cairn::expr
