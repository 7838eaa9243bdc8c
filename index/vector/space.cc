#include "index/vector/space.h"

#include "index/vector/kernels.h"

#include <cmath>
#include <cstring>
#include <string>

namespace cairn::vector {
namespace {

bool all_finite(std::span<const float> numbers) {
  for (const float number : numbers) {
    if (!std::isfinite(number)) return false;
  }
  return true;
}

double squared_length(std::span<const float> numbers) {
  double sum = 0;
  for (const float number : numbers) sum += double{number} * number;
  return sum;
}

Result<Row> prepare_floats(const Space& space, RowView raw) {
  std::vector<float> numbers(space.dimensions);
  std::memcpy(numbers.data(), raw.data(), raw.size());
  if (!all_finite(numbers)) {
    return Status(ErrorCode::kBadValue, "a vector's numbers must be finite");
  }
  if (space.metric == Metric::kCosine) {
    const double length = std::sqrt(squared_length(numbers));
    if (length == 0) {
      return Status(ErrorCode::kBadValue, "a zero vector has no cosine");
    }
    for (float& number : numbers) number = static_cast<float>(number / length);
  }
  Row row(raw.size());
  std::memcpy(row.data(), numbers.data(), raw.size());
  return row;
}

bool all_zero(RowView raw) {
  for (const std::byte byte : raw) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

}  // namespace

Status check(const Space& space) {
  if (space.dimensions == 0 || space.dimensions > kMaxDimensions) {
    return {ErrorCode::kBadValue, "vectors have 1 to " + std::to_string(kMaxDimensions) +
                                      " dimensions, not " + std::to_string(space.dimensions)};
  }
  if (space.element > Element::kBit || space.metric > Metric::kDotProduct) {
    return {ErrorCode::kBadValue, "unknown kind of vectors"};
  }
  if (space.element == Element::kBit && space.metric != Metric::kEuclidean) {
    return {ErrorCode::kBadValue, "packed bits have the euclidean similarity only"};
  }
  return {};
}

Result<Row> prepare(const Space& space, RowView raw) {
  if (raw.size() != space.row_bytes()) {
    return Status(ErrorCode::kBadValue, "a vector must have " + std::to_string(space.row_bytes()) +
                                            " bytes, not " + std::to_string(raw.size()));
  }
  if (space.element == Element::kFloat32) return prepare_floats(space, raw);
  if (space.metric == Metric::kCosine && all_zero(raw)) {
    return Status(ErrorCode::kBadValue, "a zero vector has no cosine");
  }
  return Row(raw.begin(), raw.end());
}

}  // namespace cairn::vector
