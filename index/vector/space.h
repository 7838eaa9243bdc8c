// Space: what the vectors of one index are and how near two of them are. A row is a vector's bytes
// as they are stored and compared: little-endian float32, int8, or bits packed eight to a byte.
// Distances are float32 and smaller is nearer, whatever the metric. Thread-safety: values.
#pragma once

#include <cairn/status.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cairn::vector {

inline constexpr std::uint32_t kMaxDimensions = 8192;

enum class Element : std::uint8_t { kFloat32, kInt8, kBit };
enum class Metric : std::uint8_t { kEuclidean, kCosine, kDotProduct };

struct Space {
  Element element = Element::kFloat32;
  Metric metric = Metric::kCosine;
  std::uint32_t dimensions = 0;

  std::size_t row_bytes() const {
    if (element == Element::kFloat32) return std::size_t{dimensions} * sizeof(float);
    return element == Element::kInt8 ? dimensions : (dimensions + 7) / 8;
  }
  bool operator==(const Space&) const = default;
};

using Row = std::vector<std::byte>;
using RowView = std::span<const std::byte>;

// Whether there can be such a space: 1 to 8192 dimensions; bits have the euclidean metric only.
Status check(const Space& space);

// The row as it is stored and searched for: float32 vectors of a cosine space are brought to
// length 1. An error for a wrong size, a number that is not finite, and a zero vector in a cosine
// space.
Result<Row> prepare(const Space& space, RowView raw);

}  // namespace cairn::vector
