#include "index/key/natural.h"

#include <cassert>

namespace cairn::key {

Natural::Natural(Uint128 value) {
  for (; value != 0; value >>= 64) push(static_cast<std::uint64_t>(value));
}

void Natural::push(std::uint64_t limb) {
  assert(size_ < kLimbs);
  limbs_[size_++] = limb;
}

void Natural::multiply(std::uint64_t factor) {
  std::uint64_t carry = 0;
  for (int i = 0; i < size_; ++i) {
    const Uint128 product = Uint128{limbs_[i]} * factor + carry;
    limbs_[i] = static_cast<std::uint64_t>(product);
    carry = static_cast<std::uint64_t>(product >> 64);
  }
  if (carry != 0) push(carry);
}

void Natural::multiply_by_power_of_ten(int power) {
  constexpr int kStep = 19;  // the largest power of ten in 64 bits
  for (; power >= kStep; power -= kStep) multiply(static_cast<std::uint64_t>(kPowersOfTen[kStep]));
  if (power > 0) multiply(static_cast<std::uint64_t>(kPowersOfTen[power]));
}

void Natural::shift_left(int bits) {
  if (size_ == 0) return;
  if (bits % 64 != 0) multiply(std::uint64_t{1} << (bits % 64));
  const int limbs = bits / 64;
  if (limbs == 0) return;
  assert(size_ + limbs <= kLimbs);
  for (int i = size_ - 1; i >= 0; --i) limbs_[i + limbs] = limbs_[i];
  for (int i = 0; i < limbs; ++i) limbs_[i] = 0;
  size_ += limbs;
}

std::strong_ordering operator<=>(const Natural& a, const Natural& b) {
  if (a.size_ != b.size_) return a.size_ <=> b.size_;
  for (int i = a.size_ - 1; i >= 0; --i) {
    if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] <=> b.limbs_[i];
  }
  return std::strong_ordering::equal;
}

}  // namespace cairn::key
