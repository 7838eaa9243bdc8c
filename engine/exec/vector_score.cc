#include "engine/exec/vector_score.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace cairn::exec {
namespace {

constexpr std::size_t kBinaryHeaderBytes = 2;

// Sums of many, in lanes that do not wait for each other.
constexpr std::size_t kLanes = 8;
using Lanes = std::array<double, kLanes>;

double total(const Lanes& lanes) {
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

// Calls `add(lane, a, b)` for each pair of elements; the vectors lie anywhere in memory.
template <typename T, typename Add>
void for_each_pair(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, Add add) {
  std::array<T, kLanes> x;
  std::array<T, kLanes> y;
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::memcpy(x.data(), a + i * sizeof(T), sizeof x);
    std::memcpy(y.data(), b + i * sizeof(T), sizeof y);
    for (std::size_t lane = 0; lane < kLanes; ++lane) add(lane, x[lane], y[lane]);
  }
  const std::size_t rest = (count - i) * sizeof(T);
  std::memcpy(x.data(), a + i * sizeof(T), rest);
  std::memcpy(y.data(), b + i * sizeof(T), rest);
  for (std::size_t lane = 0; i < count; ++i, ++lane) add(lane, x[lane], y[lane]);
}

struct Products {
  double dot = 0;
  double norm = 0;  // of the second vector, squared
};

template <typename T>
Products products(const std::uint8_t* query, const std::uint8_t* vector, std::size_t count) {
  Lanes dots{};
  Lanes norms{};
  for_each_pair<T>(query, vector, count, [&](std::size_t lane, T a, T b) {
    dots[lane] += static_cast<double>(a) * static_cast<double>(b);
    norms[lane] += static_cast<double>(b) * static_cast<double>(b);
  });
  return {total(dots), total(norms)};
}

template <typename T>
double squared_distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t count) {
  Lanes sums{};
  for_each_pair<T>(a, b, count, [&](std::size_t lane, T x, T y) {
    const double difference = static_cast<double>(x) - static_cast<double>(y);
    sums[lane] += difference * difference;
  });
  return total(sums);
}

float cosine_score(double dot, double norms) {
  // Rounding must not lead out of what a cosine can be.
  const double cosine = norms == 0 ? 0 : std::clamp(dot / std::sqrt(norms), -1.0, 1.0);
  return static_cast<float>((1 + cosine) / 2);
}

float distance_score(double squared) { return static_cast<float>(1 / (1 + squared)); }

}  // namespace

VectorScore::VectorScore(VectorSimilarity similarity, const BinaryVectorView& query)
    : similarity_(similarity), query_(query) {
  if (query.element == VectorElement::kFloat32) {
    norm_ = products<float>(query.data.data(), query.data.data(), query.size()).norm;
  } else if (query.element == VectorElement::kInt8) {
    norm_ = products<std::int8_t>(query.data.data(), query.data.data(), query.size()).norm;
  }
}

std::optional<float> VectorScore::operator()(std::string_view vector) const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(vector.data());
  if (vector.size() != kBinaryHeaderBytes + query_.data.size() ||
      bytes[0] != static_cast<std::uint8_t>(query_.element) || bytes[1] != query_.padding) {
    return std::nullopt;
  }
  bytes += kBinaryHeaderBytes;
  switch (query_.element) {
    case VectorElement::kFloat32:
      return floats(bytes);
    case VectorElement::kInt8:
      return integers(reinterpret_cast<const std::int8_t*>(bytes));
    case VectorElement::kPackedBit:
      return bits(bytes);
  }
  return std::nullopt;
}

float VectorScore::floats(const std::uint8_t* vector) const {
  const std::uint8_t* query = query_.data.data();
  if (similarity_ == VectorSimilarity::kEuclidean) {
    return distance_score(squared_distance<float>(query, vector, query_.size()));
  }
  const auto [dot, norm] = products<float>(query, vector, query_.size());
  if (similarity_ == VectorSimilarity::kCosine) return cosine_score(dot, norm_ * norm);
  return static_cast<float>(std::max((1 + dot) / 2, 0.0));
}

float VectorScore::integers(const std::int8_t* vector) const {
  const std::uint8_t* query = query_.data.data();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(vector);
  if (similarity_ == VectorSimilarity::kEuclidean) {
    return distance_score(squared_distance<std::int8_t>(query, bytes, query_.size()));
  }
  const auto [dot, norm] = products<std::int8_t>(query, bytes, query_.size());
  if (similarity_ == VectorSimilarity::kCosine) return cosine_score(dot, norm_ * norm);
  constexpr double kScale = 1 << 15;
  return static_cast<float>(0.5 + dot / (static_cast<double>(query_.size()) * kScale));
}

float VectorScore::bits(const std::uint8_t* vector) const {
  std::size_t different = 0;
  for (std::size_t i = 0; i < query_.data.size(); ++i) {
    different += static_cast<std::size_t>(
        std::popcount(static_cast<std::uint8_t>(query_.data[i] ^ vector[i])));
  }
  const auto all = static_cast<double>(query_.size());
  return static_cast<float>((all - static_cast<double>(different)) / all);
}

}  // namespace cairn::exec
