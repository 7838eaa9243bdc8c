// $similarityEuclidean: the distance between two vectors.
#include "engine/expr/vector_similarity.h"

#include <cmath>

namespace cairn::expr {
namespace {

double euclidean_of(Numbers a, Numbers b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares);
}

constexpr Similarity kEuclidean{
    .name = "$similarityEuclidean",
    .measure = euclidean_of,
    .score = [](double measure) { return 1 / (1 + measure); },
};

Result<ExpressionPtr> parse_similarity_euclidean(ValueView argument, const Scope& scope) {
  return parse_similarity(kEuclidean, argument, scope);
}

}  // namespace

extern const Operator row_similarity_euclidean{.name = "$similarityEuclidean",
                                               .parse = parse_similarity_euclidean};

}  // namespace cairn::expr
