// $similarityDotProduct: the sum of the products of two vectors' elements.
#include "engine/expr/vector_similarity.h"

namespace cairn::expr {
namespace {

double dot_product_of(Numbers a, Numbers b) {
  double dot = 0;
  for (std::size_t i = 0; i < a.size(); ++i) dot += a[i] * b[i];
  return dot;
}

constexpr Similarity kDotProduct{
    .name = "$similarityDotProduct",
    .measure = dot_product_of,
    .score = [](double measure) { return (1 + measure) / 2; },
};

Result<ExpressionPtr> parse_similarity_dot_product(ValueView argument, const Scope& scope) {
  return parse_similarity(kDotProduct, argument, scope);
}

}  // namespace

extern const Operator row_similarity_dot_product{.name = "$similarityDotProduct",
                                                 .parse = parse_similarity_dot_product};

}  // namespace cairn::expr
