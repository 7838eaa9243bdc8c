#include "index/vector/codes.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace cairn::vector {
namespace {

// An error that points anywhere shows in a product by 1 / sqrt(dimensions) of its length.
constexpr float kDeviations = 4.0F;
// Of signs more would put everything on the shortlist.
constexpr float kSignDeviations = 3.0F;
// Distances are sums in float32: what rounding alone may do, of the lengths' product.
constexpr float kRounding = 4e-6F;
// Products and sums of squares of longer rows may not fit float32.
constexpr float kLongest = 1e18F;
constexpr float kMost = std::numeric_limits<float>::max();
// Ids are handled in runs, so that what the kernels leave has its place on the stack.
constexpr std::size_t kRun = 64;

template <typename T, class Kernel, class Finish>
void in_runs(const std::uint32_t* ids, std::size_t count, float* out, const Kernel& kernel,
             const Finish& finish) {
  std::array<T, kRun> raw;
  for (std::size_t at = 0; at < count; at += kRun) {
    const std::size_t n = std::min(kRun, count - at);
    kernel(ids + at, n, raw.data());
    for (std::size_t i = 0; i < n; ++i) out[at + i] = finish(ids[at + i], raw[i]);
  }
}

// Of codes: what is not a number, or infinite, cannot be compared once a slack has been taken from
// it. Such a distance means nothing, and its slack is infinite.
float bounded(float distance) {
  if (std::abs(distance) <= kMost) return distance;
  return distance < 0 ? -kMost : kMost;
}

// In double, for what float32 could not hold on the way; infinite if it does not hold the product.
[[gnu::noinline]] float wide_product(const float* a, const float* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{a[i]} * double{b[i]};
  return static_cast<float>(sum);
}

}  // namespace

void FloatCodes::distances(const Query& query, const std::uint32_t* ids, std::size_t count,
                           float* out) const {
  const Kernels& kernel = kernels();
  const std::size_t n = space_.dimensions;
  if (space_.metric == Metric::kEuclidean) {
    kernel.l2_f32_batch(query.row, rows_, n, n, ids, count, out);
    return;
  }
  kernel.dot_f32_batch(query.row, rows_, n, n, ids, count, out);
  const float from = space_.metric == Metric::kCosine ? 1.0F : 0.0F;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(std::abs(out[i]) <= kMost)) out[i] = wide_product(query.row, stored(ids[i]).row, n);
    out[i] = from - out[i];
  }
}

bool FloatCodes::same(std::uint32_t a, std::uint32_t b) const {
  return std::memcmp(stored(a).row, stored(b).row, space_.row_bytes()) == 0;
}

std::uint64_t FloatCodes::fingerprint(std::uint32_t id) const {
  return XXH3_64bits(stored(id).row, space_.row_bytes());
}

bool BitCodes::same(std::uint32_t a, std::uint32_t b) const {
  return std::memcmp(stored(a).row, stored(b).row, bytes_) == 0;
}

std::uint64_t BitCodes::fingerprint(std::uint32_t id) const {
  return XXH3_64bits(stored(id).row, bytes_);
}

void BitCodes::distances(const Query& query, const std::uint32_t* ids, std::size_t count,
                         float* out) const {
  in_runs<std::uint32_t>(
      ids, count, out,
      [&](const std::uint32_t* run, std::size_t n, std::uint32_t* raw) {
        kernels().hamming_batch(query.row, rows_, bytes_, bytes_, run, n, raw);
      },
      [](std::uint32_t, std::uint32_t raw) { return static_cast<float>(raw); });
}

namespace {

ByteCorrection encode_bytes(const Space& space, RowView row, std::int8_t* code) {
  std::memcpy(code, row.data(), row.size());
  const auto squared = static_cast<float>(kernels().dot_i8(code, code, space.dimensions));
  const float scale = space.metric == Metric::kCosine ? 1.0F / std::sqrt(squared) : 1.0F;
  return {.scale = scale, .squared_length = squared, .error = 0};
}

ByteCorrection encode_floats(const Space& space, RowView row, std::int8_t* code) {
  const auto* numbers = reinterpret_cast<const float*>(row.data());
  float most = 0;
  for (std::size_t i = 0; i < space.dimensions; ++i) most = std::max(most, std::abs(numbers[i]));
  const float scale = most / 127.0F;
  const float inverse = most > 0 ? 127.0F / most : 0.0F;
  double squared = 0;
  double error = 0;
  for (std::size_t i = 0; i < space.dimensions; ++i) {
    code[i] = static_cast<std::int8_t>(std::lrintf(numbers[i] * inverse));
    const double off = numbers[i] - double{scale} * code[i];
    squared += double{numbers[i]} * numbers[i];
    error += off * off;
  }
  return {.scale = scale,
          .squared_length = static_cast<float>(squared),
          .error = static_cast<float>(std::sqrt(error))};
}

}  // namespace

ByteCorrection ByteCodes::encode(const Space& space, RowView row, std::int8_t* code) {
  std::memset(code, 0, stride(space));
  return space.element == Element::kInt8 ? encode_bytes(space, row, code)
                                         : encode_floats(space, row, code);
}

ByteCodes::Query ByteCodes::prepare(RowView row) const {
  auto owned = std::make_unique<std::int8_t[]>(stride_);
  const ByteCorrection correction = encode(space_, row, owned.get());
  const std::int8_t* code = owned.get();
  return {.code = code,
          .correction = correction,
          .length = std::sqrt(correction.squared_length),
          .owned = std::move(owned)};
}

ByteCodes::Query ByteCodes::stored(std::uint32_t id) const {
  const ByteCorrection& correction = corrections_[id];
  return {.code = codes_ + id * stride_,
          .correction = correction,
          .length = std::sqrt(correction.squared_length),
          .owned = nullptr};
}

void ByteCodes::distances(const Query& query, const std::uint32_t* ids, std::size_t count,
                          float* out) const {
  in_runs<std::int32_t>(
      ids, count, out,
      [&](const std::uint32_t* run, std::size_t n, std::int32_t* raw) {
        kernels().dot_i8_batch(query.code, codes_, stride_, stride_, run, n, raw);
      },
      [&](std::uint32_t id, std::int32_t dot) {
        return bounded(distance(query.correction, corrections_[id], dot));
      });
}

bool ByteCodes::same(std::uint32_t a, std::uint32_t b) const {
  return std::memcmp(codes_ + a * stride_, codes_ + b * stride_, stride_) == 0 &&
         std::memcmp(&corrections_[a], &corrections_[b], sizeof(ByteCorrection)) == 0;
}

std::uint64_t ByteCodes::fingerprint(std::uint32_t id) const {
  return XXH3_64bits_withSeed(codes_ + id * stride_, stride_,
                              XXH3_64bits(&corrections_[id], sizeof(ByteCorrection)));
}

ByteBounds ByteBounds::of(std::span<const ByteCorrection> rows) {
  ByteBounds bounds{.length = 0, .error = 0};
  for (const ByteCorrection& row : rows) {
    bounds.length = std::max(bounds.length, std::sqrt(row.squared_length));
    bounds.error = std::max(bounds.error, row.error);
  }
  return bounds;
}

float ByteCodes::slack(const Query& query, std::uint32_t id, Certainty certainty) const {
  if (exact()) return 0;
  const ByteCorrection& row = corrections_[id];
  return slack(query, std::sqrt(row.squared_length), row.error, certainty);
}

float ByteCodes::most_slack(const Query& query, Certainty certainty) const {
  if (exact()) return 0;
  return slack(query, bounds_.length, bounds_.error, certainty);
}

float ByteCodes::slack(const Query& query, float length, float error, Certainty certainty) const {
  if (!(std::max(length, query.length) < kLongest)) return std::numeric_limits<float>::infinity();
  const float errors =
      query.correction.error * length + error * query.length + error * query.correction.error;
  const float share = certainty == Certainty::kCertain
                          ? 1.0F
                          : std::min(1.0F, kDeviations / std::sqrt(float(space_.dimensions)));
  const float slack = errors * share + kRounding * length * query.length;
  return space_.metric == Metric::kEuclidean ? 2.0F * slack : slack;
}

SignCodes::SignCodes(const Space& space, const Rotation& rotation, std::span<const float> centre,
                     const std::uint8_t* codes, const SignCorrection* corrections)
    : space_(space),
      rotation_(&rotation),
      centre_(centre),
      stride_(stride(space)),
      codes_(codes),
      corrections_(corrections),
      unit_(1.0F / std::sqrt(static_cast<float>(Rotation::padded(space.dimensions)))) {}

namespace {

struct Rotated {
  std::vector<float> numbers;
  double squared_length = 0;       // of the row's difference from the centre
  double product_with_centre = 0;  // of the row's own
  double centre_squared = 0;
};

Rotated rotate(const Rotation& rotation, std::span<const float> centre, RowView row) {
  const auto* numbers = reinterpret_cast<const float*>(row.data());
  Rotated rotated{.numbers = std::vector<float>(Rotation::padded(centre.size()))};
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const float difference = numbers[i] - centre[i];
    rotated.numbers[i] = difference;
    rotated.squared_length += double{difference} * difference;
    rotated.product_with_centre += double{numbers[i]} * centre[i];
    rotated.centre_squared += double{centre[i]} * centre[i];
  }
  rotation.apply(rotated.numbers.data());
  return rotated;
}

}  // namespace

SignCorrection SignCodes::encode(const Space& space, const Rotation& rotation,
                                 std::span<const float> centre, RowView row, std::uint8_t* code) {
  const Rotated rotated = rotate(rotation, centre, row);
  const std::size_t n = rotated.numbers.size();
  std::memset(code, 0, stride(space));
  double sum = 0;
  std::uint32_t ones = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += std::abs(rotated.numbers[i]);
    if (rotated.numbers[i] <= 0) continue;
    code[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
    ++ones;
  }
  const double length = std::sqrt(rotated.squared_length);
  // The cosine between the row's direction and its signs; 0.8 on average.
  const double cosine = length > 0 ? sum / (std::sqrt(double(n)) * length) : 1.0;
  const double twice = space.metric == Metric::kEuclidean ? 2.0 : 1.0;
  double constant = rotated.squared_length;
  if (space.metric == Metric::kCosine) constant /= 2;
  if (space.metric == Metric::kDotProduct) {
    constant = rotated.centre_squared - rotated.product_with_centre;
  }
  const double off = std::sqrt(std::max(0.0, 1.0 / (cosine * cosine) - 1.0));
  return {.factor = static_cast<float>(-twice * length / cosine),
          .constant = static_cast<float>(constant),
          .error = static_cast<float>(twice * length * off),
          .ones = static_cast<float>(ones)};
}

SignCodes::Query SignCodes::prepare(RowView row) const {
  const Rotated rotated = rotate(*rotation_, centre_, row);
  const auto [low, high] = std::minmax_element(rotated.numbers.begin(), rotated.numbers.end());
  Query query;
  query.planes.assign(4 * stride_, 0);
  query.low = *low;
  query.step = std::max((*high - *low) / 15.0F, 1e-30F);
  for (std::size_t i = 0; i < rotated.numbers.size(); ++i) {
    const float number = rotated.numbers[i];
    query.sum += number;
    const auto four = static_cast<unsigned>(std::lrintf((number - query.low) / query.step));
    for (std::size_t plane = 0; plane < 4; ++plane) {
      const unsigned bit = (std::min(four, 15U) >> plane) & 1U;
      query.planes[plane * stride_ + i / 8] |= static_cast<std::uint8_t>(bit << (i % 8));
    }
  }
  query.length = static_cast<float>(std::sqrt(rotated.squared_length));
  query.rounding = query.step * 0.5F;
  query.constant = query.length * query.length;
  if (space_.metric == Metric::kCosine) query.constant /= 2;
  if (space_.metric == Metric::kDotProduct) {
    query.constant = -static_cast<float>(rotated.product_with_centre);
  }
  return query;
}

void SignCodes::distances(const Query& query, const std::uint32_t* ids, std::size_t count,
                          float* out) const {
  in_runs<std::uint32_t>(
      ids, count, out,
      [&](const std::uint32_t* run, std::size_t n, std::uint32_t* raw) {
        kernels().dot_planes_batch(query.planes.data(), codes_, stride_, stride_, run, n, raw);
      },
      [&](std::uint32_t id, std::uint32_t raw) {
        const SignCorrection& row = corrections_[id];
        const float positive = query.low * row.ones + query.step * static_cast<float>(raw);
        const float product = (2.0F * positive - query.sum) * unit_;
        return bounded(query.constant + row.constant + row.factor * product);
      });
}

float SignCodes::slack(const Query& query, std::uint32_t id, Certainty certainty) const {
  const SignCorrection& row = corrections_[id];
  const float rounding = std::abs(row.factor) * query.rounding;
  const float slack = certainty == Certainty::kCertain
                          ? row.error * query.length + rounding / unit_
                          : kSignDeviations * (row.error * query.length * unit_ + rounding);
  const float all = slack + std::abs(row.constant) + std::abs(query.constant);
  return all <= kMost ? slack : std::numeric_limits<float>::infinity();
}

}  // namespace cairn::vector
