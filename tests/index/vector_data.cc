#include "tests/index/vector_data.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>

namespace cairn::vector {

TestFolder::TestFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "cairn-vector-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

namespace {

Row raw_row(const Space& space, const float* numbers) {
  Row row(space.row_bytes());
  if (space.element == Element::kFloat32) {
    std::memcpy(row.data(), numbers, row.size());
    return row;
  }
  float most = 1e-9F;
  for (std::uint32_t i = 0; i < space.dimensions; ++i) most = std::max(most, std::abs(numbers[i]));
  for (std::uint32_t i = 0; i < space.dimensions; ++i) {
    if (space.element == Element::kInt8) {
      row[i] = static_cast<std::byte>(static_cast<std::int8_t>(numbers[i] / most * 127.0F));
    } else if (numbers[i] > 0) {
      row[i / 8] |= static_cast<std::byte>(1U << (i % 8));
    }
  }
  return row;
}

template <typename T>
double distance_of(const Space& space, const T* a, const T* b) {
  double dot = 0;
  double l2 = 0;
  double aa = 0;
  double bb = 0;
  for (std::uint32_t i = 0; i < space.dimensions; ++i) {
    const double x = a[i];
    const double y = b[i];
    dot += x * y;
    l2 += (x - y) * (x - y);
    aa += x * x;
    bb += y * y;
  }
  if (space.metric == Metric::kEuclidean) return l2;
  return space.metric == Metric::kCosine ? 1 - dot / std::sqrt(aa * bb) : -dot;
}

}  // namespace

TestRows::TestRows(const Space& of, const std::vector<float>& numbers) : space(of) {
  for (std::size_t at = 0; at < numbers.size(); at += space.dimensions) {
    Result<Row> row = prepare(space, raw_row(space, numbers.data() + at));
    EXPECT_TRUE(row.ok()) << row.status().to_string();
    rows.push_back(*std::move(row));
  }
}

std::vector<SourceRow> TestRows::source() const {
  std::vector<SourceRow> source;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    source.push_back({.id = at, .sequence = at + 1, .died = 0, .row = rows[at].data()});
  }
  return source;
}

double plain_distance(const Space& space, RowView a, RowView b) {
  if (space.element == Element::kFloat32) {
    return distance_of(space, reinterpret_cast<const float*>(a.data()),
                       reinterpret_cast<const float*>(b.data()));
  }
  if (space.element == Element::kInt8) {
    return distance_of(space, reinterpret_cast<const std::int8_t*>(a.data()),
                       reinterpret_cast<const std::int8_t*>(b.data()));
  }
  int differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differ += std::popcount(std::to_integer<unsigned>(a[i] ^ b[i]));
  }
  return differ;
}

}  // namespace cairn::vector
