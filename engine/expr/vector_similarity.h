// What $similarityCosine, $similarityDotProduct and $similarityEuclidean share: {vectors: [a, b],
// score: bool} or [a, b], of arrays of numbers or binary vectors.
#pragma once

#include "engine/expr/expression.h"

#include <span>

namespace cairn::expr {

using Numbers = std::span<const double>;

struct Similarity {
  std::string_view name;
  double (*measure)(Numbers a, Numbers b);  // of the same size
  double (*score)(double measure);          // normalised, as $vectorSearch scores
};

// Null where a vector is null. Errors: Location10413205 to 10413209 at parse time,
// Location10413200, 10413202 to 10413204, 10506600.
Result<ExpressionPtr> parse_similarity(const Similarity& similarity, ValueView argument,
                                       const Scope& scope);

}  // namespace cairn::expr
