// Every kernel against plain loops, on every length at which a tail can begin, and on real
// dimensions.
#include "index/vector/kernels.h"

#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace cairn::vector {
namespace {

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 1; n <= 130; ++n) all.push_back(n);
  for (const std::size_t n : {255, 256, 257, 384, 768, 1000, 1536, 3072, 8192}) all.push_back(n);
  return all;
}

// Exactly n elements, in a block of their own, so that the debug tree sees a read past the end.
template <typename T, class Draw>
std::vector<T> drawn(std::size_t n, const Draw& draw) {
  std::vector<T> numbers(n);
  for (T& number : numbers) number = static_cast<T>(draw());
  numbers.shrink_to_fit();
  return numbers;
}

class VectorKernels : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::vector<float> floats(std::size_t n) {
    return drawn<float>(n, [&] { return normal_(random_); });
  }
  std::vector<std::int8_t> bytes(std::size_t n) {
    return drawn<std::int8_t>(n, [&] { return static_cast<int>(random_() % 256) - 128; });
  }
  std::vector<std::uint8_t> bits(std::size_t n) {
    return drawn<std::uint8_t>(n, [&] { return random_() % 256; });
  }

  std::mt19937 random_{GetParam() > 0 ? static_cast<unsigned>(GetParam()) : 1U};
  std::normal_distribution<float> normal_;
};

constexpr std::uint32_t kIds[] = {6, 0, 3, 3, 5, 1, 2};
constexpr std::size_t kRows = 7;

TEST_P(VectorKernels, Floats) {
  const std::size_t n = GetParam();
  const auto query = floats(n);
  const auto rows = floats(n * kRows);
  float dot[kRows];
  float l2[kRows];
  kernels().dot_f32_batch(query.data(), rows.data(), n, n, kIds, kRows, dot);
  kernels().l2_f32_batch(query.data(), rows.data(), n, n, kIds, kRows, l2);
  for (std::size_t i = 0; i < kRows; ++i) {
    const float* row = rows.data() + kIds[i] * n;
    double product = 0;
    double apart = 0;
    for (std::size_t j = 0; j < n; ++j) {
      product += double{query[j]} * row[j];
      apart += (double{query[j]} - row[j]) * (double{query[j]} - row[j]);
    }
    const double tolerance = 1e-5 * static_cast<double>(n + 10);
    EXPECT_NEAR(dot[i], product, tolerance);
    EXPECT_NEAR(l2[i], apart, tolerance);
    EXPECT_EQ(dot[i], kernels().dot_f32(query.data(), row, n));
    EXPECT_EQ(l2[i], kernels().l2_f32(query.data(), row, n));
  }
}

TEST_P(VectorKernels, Bytes) {
  const std::size_t n = GetParam();
  const auto query = bytes(n);
  const auto rows = bytes(n * kRows);
  std::int32_t dot[kRows];
  kernels().dot_i8_batch(query.data(), rows.data(), n, n, kIds, kRows, dot);
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::int8_t* row = rows.data() + kIds[i] * n;
    std::int32_t product = 0;
    for (std::size_t j = 0; j < n; ++j) product += query[j] * row[j];
    EXPECT_EQ(dot[i], product);
    EXPECT_EQ(kernels().dot_i8(query.data(), row, n), product);
    EXPECT_EQ(kernels().dot_i8(row, query.data(), n), product);
  }
}

TEST_P(VectorKernels, BytesAtTheirLeast) {
  const std::vector<std::int8_t> least(GetParam(), -128);
  const auto n = static_cast<std::int32_t>(GetParam());
  EXPECT_EQ(kernels().dot_i8(least.data(), least.data(), GetParam()), n * 128 * 128);
}

TEST_P(VectorKernels, Bits) {
  const std::size_t n = GetParam();
  const auto query = bits(n);
  const auto rows = bits(n * kRows);
  std::uint32_t apart[kRows];
  kernels().hamming_batch(query.data(), rows.data(), n, n, kIds, kRows, apart);
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::uint8_t* row = rows.data() + kIds[i] * n;
    int differ = 0;
    for (std::size_t j = 0; j < n; ++j) {
      differ += std::popcount(static_cast<unsigned>(query[j] ^ row[j]));
    }
    EXPECT_EQ(apart[i], differ);
    EXPECT_EQ(kernels().hamming(query.data(), row, n), differ);
  }
}

TEST_P(VectorKernels, Planes) {
  const std::size_t n = GetParam();
  const auto planes = bits(4 * n);
  const auto rows = bits(n * kRows);
  std::uint32_t dot[kRows];
  kernels().dot_planes_batch(planes.data(), rows.data(), n, n, kIds, kRows, dot);
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::uint8_t* row = rows.data() + kIds[i] * n;
    int sum = 0;
    for (std::size_t j = 0; j < 4 * n; ++j) {
      sum += std::popcount(static_cast<unsigned>(planes[j] & row[j % n])) << (j / n);
    }
    EXPECT_EQ(dot[i], sum);
    EXPECT_EQ(kernels().dot_planes(planes.data(), row, n), sum);
  }
}

INSTANTIATE_TEST_SUITE_P(Lengths, VectorKernels, ::testing::ValuesIn(lengths()));

}  // namespace
}  // namespace cairn::vector
