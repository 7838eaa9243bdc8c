// Bitmap: which rows of a segment match a filter, a bit each: a probe costs half a nanosecond where
// one of a compressed set costs 30 (and a search probes thousands of times). Thread-safety: a
// value.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace cairn::vector {

class Bitmap {
 public:
  explicit Bitmap(std::size_t rows) : words_((rows + 63) / 64) {}
  // Of `words()`. Bits past the last row must not be set.
  static Bitmap of(std::vector<std::uint64_t> words) {
    Bitmap bitmap(0);
    bitmap.words_ = std::move(words);
    for (const std::uint64_t word : bitmap.words_) {
      bitmap.count_ += static_cast<std::size_t>(std::popcount(word));
    }
    return bitmap;
  }

  void set(std::size_t row) {
    std::uint64_t& word = words_[row / 64];
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    count_ += (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  bool test(std::size_t row) const { return ((words_[row / 64] >> (row % 64)) & 1) != 0; }
  std::size_t count() const { return count_; }
  // Row r's bit is words()[r / 64] >> (r % 64).
  std::span<const std::uint64_t> words() const { return words_; }

  // Calls f(row), ascending.
  template <class F>
  void for_each(const F& f) const {
    for (std::size_t at = 0; at < words_.size(); ++at) {
      for (std::uint64_t word = words_[at]; word != 0; word &= word - 1) {
        f(static_cast<std::uint32_t>(at * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t count_ = 0;
};

}  // namespace cairn::vector
