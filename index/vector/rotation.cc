#include "index/vector/rotation.h"

#include <bit>
#include <cmath>
#include <random>

namespace cairn::vector {
namespace {

// Walsh and Hadamard's transform of n = 2^k numbers, scaled so that lengths stay.
void transform(float* numbers, std::size_t n) {
  for (std::size_t half = 1; half < n; half *= 2) {
    for (std::size_t block = 0; block < n; block += 2 * half) {
      float* const low = numbers + block;
      float* const high = low + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float a = low[i];
        const float b = high[i];
        low[i] = a + b;
        high[i] = a - b;
      }
    }
  }
  const float scale = 1.0F / std::sqrt(static_cast<float>(n));
  for (std::size_t i = 0; i < n; ++i) numbers[i] *= scale;
}

}  // namespace

Rotation::Rotation(std::size_t dimensions, std::uint64_t seed)
    : size_(padded(dimensions)), transformed_(std::bit_floor(size_)), signs_(kRounds * size_) {
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < signs_.size(); i += 64) {
    std::uint64_t bits = random();
    for (std::size_t j = 0; j < 64; ++j, bits >>= 1) signs_[i + j] = (bits & 1) != 0 ? 1.0F : -1.0F;
  }
}

void Rotation::apply(float* numbers) const {
  for (int round = 0; round < kRounds; ++round) {
    const float* const signs = signs_.data() + round * size_;
    for (std::size_t i = 0; i < size_; ++i) numbers[i] *= signs[i];
    transform(round % 2 == 0 ? numbers : numbers + (size_ - transformed_), transformed_);
  }
}

}  // namespace cairn::vector
