// Rotation: a random rotation of vectors, fixed by a seed, in O(d log d): rounds of random signs
// and a Walsh-Hadamard transform, of the first and of the last 2^k dimensions in turn where the
// number of dimensions is no power of two. Source: Ailon and Chazelle, "The fast
// Johnson-Lindenstrauss transform" (2009); in RaBitQ it stands for the random orthogonal matrix.
// Thread-safety: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cairn::vector {

class Rotation {
 public:
  Rotation(std::size_t dimensions, std::uint64_t seed);

  // The dimensions of what comes out: the next multiple of 64.
  static std::size_t padded(std::size_t dimensions) { return (dimensions + 63) / 64 * 64; }

  // In place; `numbers` has padded(dimensions) of them, those past the vector's own are zero.
  void apply(float* numbers) const;

 private:
  static constexpr int kRounds = 4;

  std::size_t size_;
  std::size_t transformed_;   // the largest power of two that is not more
  std::vector<float> signs_;  // kRounds * size_, +1 or -1
};

}  // namespace cairn::vector
