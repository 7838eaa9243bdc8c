#include "index/vector/kernels.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/vector/kernels.cc"
#include <hwy/foreach_target.h>  // includes this file once per target
// Must come after it.
#include <hwy/highway.h>
#if HWY_ARCH_X86
#include <immintrin.h>
#endif

#undef CAIRN_TARGET
#if HWY_TARGET == HWY_AVX3_DL
// With VNNI: every processor of this level has it, but Highway does not say so.
#define CAIRN_TARGET __attribute__((target(HWY_TARGET_STR ",avx512vnni")))
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni");
#else
#define CAIRN_TARGET HWY_ATTR
HWY_BEFORE_NAMESPACE();
#endif
namespace cairn::vector {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// How many rows ahead of the one at work are fetched.
constexpr std::size_t kAhead = 4;
constexpr std::size_t kLine = 64;

HWY_INLINE void fetch(const void* row, std::size_t bytes) {
  const auto* at = static_cast<const std::uint8_t*>(row);
  for (std::size_t offset = 0; offset < bytes; offset += kLine) __builtin_prefetch(at + offset);
}

// The last `n` < Lanes(d) elements, the rest zero.
template <class D, typename T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_tail(D d, const T* from, std::size_t n) {
  HWY_ALIGN T lanes[hn::MaxLanes(d)] = {};
  std::memcpy(lanes, from, n * sizeof(T));
  return hn::Load(d, lanes);
}

template <bool kL2, class D, class V = hn::Vec<D>>
HWY_INLINE V accumulate(D /*d*/, V a, V b, V sum) {
  if constexpr (kL2) {
    const V difference = hn::Sub(a, b);
    return hn::MulAdd(difference, difference, sum);
  }
  return hn::MulAdd(a, b, sum);
}

template <bool kL2>
HWY_INLINE float floats(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t n) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const std::size_t i1 = i + lanes;
    const std::size_t i2 = i1 + lanes;
    const std::size_t i3 = i2 + lanes;
    sum0 = accumulate<kL2>(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum0);
    sum1 = accumulate<kL2>(d, hn::LoadU(d, a + i1), hn::LoadU(d, b + i1), sum1);
    sum2 = accumulate<kL2>(d, hn::LoadU(d, a + i2), hn::LoadU(d, b + i2), sum2);
    sum3 = accumulate<kL2>(d, hn::LoadU(d, a + i3), hn::LoadU(d, b + i3), sum3);
  }
  for (; i + lanes <= n; i += lanes) {
    sum0 = accumulate<kL2>(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum0);
  }
  if (i < n) {
    sum1 = accumulate<kL2>(d, load_tail(d, a + i, n - i), load_tail(d, b + i, n - i), sum1);
  }
  const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

float dot_f32(const float* a, const float* b, std::size_t n) { return floats<false>(a, b, n); }
float l2_f32(const float* a, const float* b, std::size_t n) { return floats<true>(a, b, n); }

#if HWY_TARGET == HWY_SCALAR
// One lane: the wider shapes below do not exist.
HWY_INLINE std::int32_t bytes_dot(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::int32_t{a[i]} * b[i];
  return sum;
}
#elif HWY_TARGET == HWY_AVX3_DL
// VNNI multiplies unsigned by signed: a + 128 is unsigned, and (a + 128).b - 128 * sum(b) = a.b.
HWY_INLINE std::int32_t bytes_dot(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
  __m512i sum = _mm512_setzero_si512();
  __m512i bias = _mm512_setzero_si512();
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i x = _mm512_xor_si512(_mm512_loadu_si512(a + i), flip);
    const __m512i y = _mm512_loadu_si512(b + i);
    sum = _mm512_dpbusd_epi32(sum, x, y);
    bias = _mm512_dpbusd_epi32(bias, flip, y);
  }
  if (i < n) {
    const __mmask64 mask = ~0ULL >> (64 - (n - i));
    const __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, a + i), flip);
    const __m512i y = _mm512_maskz_loadu_epi8(mask, b + i);
    sum = _mm512_dpbusd_epi32(sum, x, y);
    bias = _mm512_dpbusd_epi32(bias, flip, y);
  }
  return _mm512_reduce_add_epi32(_mm512_sub_epi32(sum, bias));
}
#else
HWY_INLINE std::int32_t bytes_dot(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::int8_t, decltype(d16)> d8;
  const hn::RepartitionToWide<decltype(d16)> d32;
  const std::size_t lanes = hn::Lanes(d16);
  auto even = hn::Zero(d32);
  auto odd = hn::Zero(d32);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto x = hn::PromoteTo(d16, hn::LoadU(d8, a + i));
    const auto y = hn::PromoteTo(d16, hn::LoadU(d8, b + i));
    even = hn::ReorderWidenMulAccumulate(d32, x, y, even, odd);
  }
  if (i < n) {
    const auto x = hn::PromoteTo(d16, load_tail(d8, a + i, n - i));
    const auto y = hn::PromoteTo(d16, load_tail(d8, b + i, n - i));
    even = hn::ReorderWidenMulAccumulate(d32, x, y, even, odd);
  }
  return hn::GetLane(hn::SumOfLanes(d32, hn::Add(even, odd)));
}
#endif

std::int32_t dot_i8(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
  return bytes_dot(a, b, n);
}

// Sums f(load(i)) of 64-bit words over n bytes, where load gives the bytes at an offset.
template <class Combine>
HWY_INLINE std::uint32_t count_bits(std::size_t n, const Combine& combine) {
  const hn::ScalableTag<std::uint64_t> d;
  const std::size_t step = hn::Lanes(d) * sizeof(std::uint64_t);
  auto sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + step <= n; i += step) sum = hn::Add(sum, combine(d, i, step));
  if (i < n) sum = hn::Add(sum, combine(d, i, n - i));
  return static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

template <class D>
HWY_INLINE hn::Vec<D> load_bytes(D d, const std::uint8_t* from, std::size_t n) {
#if HWY_TARGET == HWY_SCALAR
  std::uint64_t word = 0;
  std::memcpy(&word, from, n);
  return hn::Set(d, word);
#else
  const hn::Repartition<std::uint8_t, D> d8;
  if (n == hn::Lanes(d8)) return hn::BitCast(d, hn::LoadU(d8, from));
  return hn::BitCast(d, load_tail(d8, from, n));
#endif
}

HWY_INLINE std::uint32_t bits_apart(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  return count_bits(n, [=](auto d, std::size_t at, std::size_t bytes) CAIRN_TARGET {
    return hn::PopulationCount(hn::Xor(load_bytes(d, a + at, bytes), load_bytes(d, b + at, bytes)));
  });
}

std::uint32_t hamming(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  return bits_apart(a, b, n);
}

HWY_INLINE std::uint32_t planes_dot(const std::uint8_t* planes, const std::uint8_t* bits,
                                    std::size_t n) {
  return count_bits(n, [=](auto d, std::size_t at, std::size_t bytes) CAIRN_TARGET {
    const auto x = load_bytes(d, bits + at, bytes);
    const auto of = [&](std::size_t plane) CAIRN_TARGET {
      return hn::PopulationCount(hn::And(x, load_bytes(d, planes + plane * n + at, bytes)));
    };
    const auto low = hn::Add(of(0), hn::ShiftLeft<1>(of(1)));
    return hn::Add(low, hn::Add(hn::ShiftLeft<2>(of(2)), hn::ShiftLeft<3>(of(3))));
  });
}

std::uint32_t dot_planes(const std::uint8_t* planes, const std::uint8_t* bits, std::size_t n) {
  return planes_dot(planes, bits, n);
}

template <typename Out, typename T, class F>
HWY_INLINE void for_each_row(const T* rows, std::size_t stride, std::size_t row_elements,
                             const std::uint32_t* ids, std::size_t count, Out* out, const F& f) {
  const std::size_t bytes = row_elements * sizeof(T);
  const std::size_t first = std::min(count, kAhead);
  for (std::size_t i = 0; i < first; ++i) fetch(rows + ids[i] * stride, bytes);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) fetch(rows + ids[i + kAhead] * stride, bytes);
    out[i] = f(rows + ids[i] * stride);
  }
}

void dot_f32_batch(const float* query, const float* rows, std::size_t stride, std::size_t n,
                   const std::uint32_t* ids, std::size_t count, float* out) {
  for_each_row(rows, stride, n, ids, count, out,
               [=](const float* row) CAIRN_TARGET { return floats<false>(query, row, n); });
}

void l2_f32_batch(const float* query, const float* rows, std::size_t stride, std::size_t n,
                  const std::uint32_t* ids, std::size_t count, float* out) {
  for_each_row(rows, stride, n, ids, count, out,
               [=](const float* row) CAIRN_TARGET { return floats<true>(query, row, n); });
}

void dot_i8_batch(const std::int8_t* query, const std::int8_t* rows, std::size_t stride,
                  std::size_t n, const std::uint32_t* ids, std::size_t count, std::int32_t* out) {
  for_each_row(rows, stride, n, ids, count, out,
               [=](const std::int8_t* row) CAIRN_TARGET { return bytes_dot(row, query, n); });
}

void hamming_batch(const std::uint8_t* query, const std::uint8_t* rows, std::size_t stride,
                   std::size_t n, const std::uint32_t* ids, std::size_t count, std::uint32_t* out) {
  for_each_row(rows, stride, n, ids, count, out,
               [=](const std::uint8_t* row) CAIRN_TARGET { return bits_apart(query, row, n); });
}

void dot_planes_batch(const std::uint8_t* planes, const std::uint8_t* rows, std::size_t stride,
                      std::size_t n, const std::uint32_t* ids, std::size_t count,
                      std::uint32_t* out) {
  for_each_row(rows, stride, n, ids, count, out,
               [=](const std::uint8_t* row) CAIRN_TARGET { return planes_dot(planes, row, n); });
}

const Kernels& table() {
  static constexpr Kernels kTable = {
      .target = nullptr,
      .dot_f32 = dot_f32,
      .l2_f32 = l2_f32,
      .dot_i8 = dot_i8,
      .hamming = hamming,
      .dot_planes = dot_planes,
      .dot_f32_batch = dot_f32_batch,
      .l2_f32_batch = l2_f32_batch,
      .dot_i8_batch = dot_i8_batch,
      .hamming_batch = hamming_batch,
      .dot_planes_batch = dot_planes_batch,
  };
  return kTable;
}

const char* target_name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace cairn::vector
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cairn::vector {

HWY_EXPORT(table);
HWY_EXPORT(target_name);

const Kernels& kernels() {
  static const Kernels kChosen = [] {
    Kernels chosen = HWY_DYNAMIC_DISPATCH(table)();
    chosen.target = HWY_DYNAMIC_DISPATCH(target_name)();
    return chosen;
  }();
  return kChosen;
}

}  // namespace cairn::vector
#endif  // HWY_ONCE
