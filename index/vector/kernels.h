// Kernels: the inner loops, compiled once for each level of the processor's SIMD (SSE2 to AVX-512
// with VNNI, NEON) by Highway and chosen once, when first asked for. Lengths may be anything: tails
// are exact. The batch forms compare one vector with many rows of an array; they fetch the next
// rows while they work on these, which is most of a search's speed once an index is larger than the
// caches. Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn::vector {

struct Kernels {
  // The instruction set that was chosen, as Highway names it.
  const char* target;

  float (*dot_f32)(const float* a, const float* b, std::size_t n);
  float (*l2_f32)(const float* a, const float* b, std::size_t n);  // squared
  // Exact: REQUIRES: n <= 65,536. For bytes |a - b|^2 = |a|^2 + |b|^2 - 2 a.b, also exact.
  std::int32_t (*dot_i8)(const std::int8_t* a, const std::int8_t* b, std::size_t n);
  // Bits that differ in n bytes.
  std::uint32_t (*hamming)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
  // Sum over j < 4 of 2^j * popcount(bits & planes[j * n ...]), n bytes each: the dot product of
  // bits and numbers of four bits that are given as planes (RaBitQ, arXiv 2405.12497,
  // section 3.3.2).
  std::uint32_t (*dot_planes)(const std::uint8_t* planes, const std::uint8_t* bits, std::size_t n);

  // out[i] = f(query, rows + ids[i] * stride), strides in elements.
  void (*dot_f32_batch)(const float* query, const float* rows, std::size_t stride, std::size_t n,
                        const std::uint32_t* ids, std::size_t count, float* out);
  void (*l2_f32_batch)(const float* query, const float* rows, std::size_t stride, std::size_t n,
                       const std::uint32_t* ids, std::size_t count, float* out);
  void (*dot_i8_batch)(const std::int8_t* query, const std::int8_t* rows, std::size_t stride,
                       std::size_t n, const std::uint32_t* ids, std::size_t count,
                       std::int32_t* out);
  void (*hamming_batch)(const std::uint8_t* query, const std::uint8_t* rows, std::size_t stride,
                        std::size_t n, const std::uint32_t* ids, std::size_t count,
                        std::uint32_t* out);
  void (*dot_planes_batch)(const std::uint8_t* planes, const std::uint8_t* rows, std::size_t stride,
                           std::size_t n, const std::uint32_t* ids, std::size_t count,
                           std::uint32_t* out);
};

// The fastest that this processor has.
const Kernels& kernels();

}  // namespace cairn::vector
