// Codes: what a search compares in the place of rows. FloatCodes and BitCodes are the rows
// themselves; ByteCodes hold one byte per dimension, SignCodes one bit. What is not exact knows how
// far it may be off, so that a search re-ranks by full precision as many candidates as it must and
// no more.
//
// All of them are views of arrays that outlive them, with the same operations:
//   Query prepare(RowView row)            what is searched for; a Query owns what it needs
//   Query stored(id)                      the same for a row that is in the codes (graph building)
//   void distances(query, ids, n, out)    as Space says, or nearly; never NaN, and of what is not
//                                         exact never infinite
//   void expect(id)                       that its distance will be asked for
//   float slack(query, id, certainty)     how far the true distance may be from that; infinite
//   where
//                                         float32 might not hold what lies between
//   float most_slack(query, certainty)    no row's is more
// and, where graphs are built by them,
//   bool same(a, b)                       whether two rows cannot be told apart by them
//   std::uint64_t fingerprint(id)         equal for rows that are the same
// Thread-safety: immutable.
#pragma once

#include "index/vector/kernels.h"
#include "index/vector/rotation.h"
#include "index/vector/space.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace cairn::vector {

// kLikely: four standard deviations of an error that has no direction, about one miss in 10,000
// near-ties. kCertain: what no row exceeds (Cauchy and Schwarz), some ten times as much.
enum class Certainty : std::uint8_t { kLikely, kCertain };

class FloatCodes {
 public:
  struct Query {
    const float* row;
  };

  // The rows of a float32 space, one after the other.
  FloatCodes(const Space& space, const float* rows) : space_(space), rows_(rows) {}

  static constexpr bool exact() { return true; }
  // `row` outlives the query and is aligned as floats are.
  Query prepare(RowView row) const { return {reinterpret_cast<const float*>(row.data())}; }
  Query stored(std::uint32_t id) const { return {rows_ + std::size_t{id} * space_.dimensions}; }
  static void expect(std::uint32_t /*id*/) {}
  void distances(const Query& query, const std::uint32_t* ids, std::size_t count, float* out) const;
  static float slack(const Query& /*query*/, std::uint32_t /*id*/, Certainty /*certainty*/) {
    return 0;
  }
  static float most_slack(const Query& /*query*/, Certainty /*certainty*/) { return 0; }
  bool same(std::uint32_t a, std::uint32_t b) const;
  std::uint64_t fingerprint(std::uint32_t id) const;

 private:
  Space space_;
  const float* rows_;
};

// Packed bits by Hamming distance.
class BitCodes {
 public:
  struct Query {
    const std::uint8_t* row;
  };

  BitCodes(const Space& space, const std::uint8_t* rows) : bytes_(space.row_bytes()), rows_(rows) {}

  static constexpr bool exact() { return true; }
  Query prepare(RowView row) const { return {reinterpret_cast<const std::uint8_t*>(row.data())}; }
  Query stored(std::uint32_t id) const { return {rows_ + id * bytes_}; }
  static void expect(std::uint32_t /*id*/) {}
  void distances(const Query& query, const std::uint32_t* ids, std::size_t count, float* out) const;
  static float slack(const Query& /*query*/, std::uint32_t /*id*/, Certainty /*certainty*/) {
    return 0;
  }
  static float most_slack(const Query& /*query*/, Certainty /*certainty*/) { return 0; }
  bool same(std::uint32_t a, std::uint32_t b) const;
  std::uint64_t fingerprint(std::uint32_t id) const;

 private:
  std::size_t bytes_;
  const std::uint8_t* rows_;
};

// Of a row x and its code c: x is about scale * c.
struct ByteCorrection {
  float scale;
  float squared_length;  // of x
  float error;           // the length of x - scale * c
};

// What no row of some exceeds.
struct ByteBounds {
  float length = std::numeric_limits<float>::infinity();
  float error = std::numeric_limits<float>::infinity();

  static ByteBounds of(std::span<const ByteCorrection> rows);
};

// One signed byte per dimension with a scale per row: no training, so nothing drifts. int8 rows are
// their own codes, without an error.
class ByteCodes {
 public:
  struct Query {
    const std::int8_t* code;
    ByteCorrection correction;
    float length;
    std::unique_ptr<std::int8_t[]> owned;
  };

  // Codes have `stride(space)` bytes each, zero after the last dimension.
  ByteCodes(const Space& space, const std::int8_t* codes, const ByteCorrection* corrections,
            const ByteBounds& bounds = {})
      : space_(space),
        stride_(stride(space)),
        codes_(codes),
        corrections_(corrections),
        bounds_(bounds) {}

  static std::size_t stride(const Space& space) {
    return (std::size_t{space.dimensions} + 63) / 64 * 64;
  }
  // Writes `stride(space)` bytes.
  static ByteCorrection encode(const Space& space, RowView row, std::int8_t* code);

  bool exact() const { return space_.element == Element::kInt8; }
  Query prepare(RowView row) const;
  Query stored(std::uint32_t id) const;
  [[gnu::always_inline]] void expect(std::uint32_t id) const {
    __builtin_prefetch(&corrections_[id]);
  }
  void distances(const Query& query, const std::uint32_t* ids, std::size_t count, float* out) const;
  float slack(const Query& query, std::uint32_t id, Certainty certainty) const;
  float most_slack(const Query& query, Certainty certainty) const;
  bool same(std::uint32_t a, std::uint32_t b) const;
  std::uint64_t fingerprint(std::uint32_t id) const;

 private:
  // Of a row of that length and error.
  float slack(const Query& query, float length, float error, Certainty certainty) const;
  float distance(const ByteCorrection& a, const ByteCorrection& b, std::int32_t dot) const {
    const float product = a.scale * b.scale * static_cast<float>(dot);
    if (space_.metric == Metric::kCosine) return 1.0F - product;
    if (space_.metric == Metric::kDotProduct) return -product;
    return a.squared_length + b.squared_length - 2.0F * product;
  }

  Space space_;
  std::size_t stride_;
  const std::int8_t* codes_;
  const ByteCorrection* corrections_;
  ByteBounds bounds_;
};

// Of a row: distance = query's constant + constant + factor * (signs . rotated query).
struct SignCorrection {
  float factor;
  float constant;
  float error;  // times the query's length
  float ones;   // bits that are set
};

// One bit per dimension: the sign of the row's rotated difference from the segment's centre, and
// the numbers that make its product with a query an unbiased estimate with a known error; the query
// has four bits. Source: RaBitQ (Gao and Long, SIGMOD 2024, arXiv 2405.12497).
class SignCodes {
 public:
  struct Query {
    std::vector<std::uint8_t> planes;
    float low = 0;  // rotated[i] is about low + step * (four bits)
    float step = 0;
    float sum = 0;  // of rotated
    float length = 0;
    float constant = 0;
    float rounding = 0;  // what four bits may add to the error, relative to a row's factor
  };

  // `centre` has a number per dimension.
  SignCodes(const Space& space, const Rotation& rotation, std::span<const float> centre,
            const std::uint8_t* codes, const SignCorrection* corrections);

  static std::size_t stride(const Space& space) {
    return (Rotation::padded(space.dimensions) / 8 + 63) / 64 * 64;
  }
  static SignCorrection encode(const Space& space, const Rotation& rotation,
                               std::span<const float> centre, RowView row, std::uint8_t* code);

  static constexpr bool exact() { return false; }
  Query prepare(RowView row) const;
  [[gnu::always_inline]] void expect(std::uint32_t id) const {
    __builtin_prefetch(&corrections_[id]);
  }
  void distances(const Query& query, const std::uint32_t* ids, std::size_t count, float* out) const;
  float slack(const Query& query, std::uint32_t id, Certainty certainty) const;
  static float most_slack(const Query& /*query*/, Certainty /*certainty*/) {
    return std::numeric_limits<float>::infinity();
  }

 private:
  Space space_;
  const Rotation* rotation_;
  std::span<const float> centre_;
  std::size_t stride_;
  const std::uint8_t* codes_;
  const SignCorrection* corrections_;
  float unit_;  // 1 / sqrt(padded dimensions)
};

}  // namespace cairn::vector
