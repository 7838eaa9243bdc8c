// $similarityCosine: the cosine of the angle between two vectors; 0 where one has no length.
#include "engine/expr/vector_similarity.h"

#include <cmath>

namespace cairn::expr {
namespace {

double cosine_of(Numbers a, Numbers b) {
  double dot = 0;
  double a_squares = 0;
  double b_squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    dot += a[i] * b[i];
    a_squares += a[i] * a[i];
    b_squares += b[i] * b[i];
  }
  const double lengths = std::sqrt(a_squares) * std::sqrt(b_squares);
  return lengths == 0 ? 0 : dot / lengths;
}

constexpr Similarity kCosine{
    .name = "$similarityCosine",
    .measure = cosine_of,
    .score = [](double measure) { return (1 + measure) / 2; },
};

Result<ExpressionPtr> parse_similarity_cosine(ValueView argument, const Scope& scope) {
  return parse_similarity(kCosine, argument, scope);
}

}  // namespace

extern const Operator row_similarity_cosine{.name = "$similarityCosine",
                                            .parse = parse_similarity_cosine};

}  // namespace cairn::expr
