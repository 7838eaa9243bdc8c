#include "index/key/type_bits.h"

namespace cairn::key {
namespace {

constexpr std::uint8_t kSkip16 = 0xF0;

// Bytes of an entry with this tag; 0: no such tag.
std::size_t entry_size(std::uint8_t byte) {
  switch (static_cast<layout::Tag>(byte & 0x0F)) {
    case layout::Tag::kInt64:
    case layout::Tag::kDouble:
    case layout::Tag::kNegativeZero:
    case layout::Tag::kDecimal:
    case layout::Tag::kDecimalZeros1:
    case layout::Tag::kDecimalZeros2:
    case layout::Tag::kSymbol:
      return 1;
    case layout::Tag::kDecimalZeros:
      return 2;
    case layout::Tag::kDecimalZero:
      return 3;
    case layout::Tag::kDoubleRaw:
      return 9;
    case layout::Tag::kDecimalRaw:
      return 17;
    default:
      return 0;
  }
}

}  // namespace

void TypeBitsWriter::write(std::span<const std::uint8_t> tag) {
  for (; passed_ >= 16; passed_ -= 16) out_->push_back(static_cast<char>(kSkip16));
  out_->push_back(static_cast<char>(passed_ << 4 | tag[0]));
  out_->append(reinterpret_cast<const char*>(tag.data()) + 1, tag.size() - 1);
  passed_ = 0;
}

std::optional<std::span<const std::uint8_t>> TypeBitsReader::next() {
  using Entry = std::span<const std::uint8_t>;
  if (skipping_ > 0) {
    --skipping_;
    return Entry{};
  }
  if (rest_.empty()) return Entry{};
  const auto first = static_cast<std::uint8_t>(rest_[0]);
  if (first == kSkip16) {
    rest_.remove_prefix(1);
    if (rest_.empty()) return std::nullopt;  // passes over values for nothing
    skipping_ = 15;
    return Entry{};
  }
  if (passed_ < first >> 4) {
    ++passed_;
    return Entry{};
  }
  const std::size_t size = entry_size(first);
  if (size == 0 || size > rest_.size()) return std::nullopt;
  entry_[0] = first & 0x0F;
  __builtin_memcpy(entry_.data() + 1, rest_.data() + 1, size - 1);
  rest_.remove_prefix(size);
  passed_ = 0;
  return Entry{entry_.data(), size};
}

}  // namespace cairn::key
