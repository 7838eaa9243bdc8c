// VectorScore: how near vectors are to that of a query. Source: MongoDB's manual, "$vectorSearch",
// and what was observed of its scores:
//
//   cosine      (1 + cos) / 2
//   dotProduct  (1 + dot) / 2; of int8, 0.5 + dot / (dimensions * 2^15)
//   euclidean   1 / (1 + d^2); of packed_bit, the share of bits that agree
#pragma once

#include "engine/bson/binary_vector.h"
#include "engine/catalog/vector_spec.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cairn::exec {

class VectorScore {
 public:
  // `query` outlives the object, and has as many elements as the vectors that are asked about.
  VectorScore(VectorSimilarity similarity, const BinaryVectorView& query);

  // `vector`: the bytes of a binary vector, as an index has them. nullopt: of another element type,
  // which is never near.
  std::optional<float> operator()(std::string_view vector) const;

 private:
  float floats(const std::uint8_t* vector) const;
  float integers(const std::int8_t* vector) const;
  float bits(const std::uint8_t* vector) const;

  VectorSimilarity similarity_;
  BinaryVectorView query_;
  double norm_ = 0;
};

}  // namespace cairn::exec
