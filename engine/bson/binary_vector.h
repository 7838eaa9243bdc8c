// Vectors in Binary subtype 9: a byte of element type, a byte of padding, the elements. Source:
// MongoDB's specification "bson-binary-vector".
//
//   float32     4 bytes each, little-endian; no padding
//   int8        1 byte each, signed; no padding
//   packed_bit  8 elements a byte, the first in the highest bit; the last `padding` (0-7) bits do
//   not count and are zero
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <cairn/bson.h>

namespace cairn {

inline constexpr std::uint8_t kVectorSubtype = 9;

enum class VectorElement : std::uint8_t { kInt8 = 0x03, kPackedBit = 0x10, kFloat32 = 0x27 };

// A checked vector inside somebody's bytes.
struct BinaryVectorView {
  VectorElement element = VectorElement::kFloat32;
  std::uint8_t padding = 0;
  std::span<const std::uint8_t> data;

  std::size_t size() const;  // elements; bits of a packed_bit
  // Element `i` as a number; a bit as 0 or 1. REQUIRES: i < size().
  double operator[](std::size_t i) const;
};

// The first element that is NaN or infinite; nullopt: none is.
std::optional<std::size_t> first_not_finite(const BinaryVectorView& vector);

// Error: BadValue, where the bytes break the rules above.
Result<BinaryVectorView> decode_binary_vector(BinaryView binary);

// The payload of subtype 9 for the numbers of an array; for packed_bit the numbers are whole bytes,
// as in the specification. Error: BadValue for padding that does not fit, and for a number that the
// element type cannot hold.
Result<std::string> encode_binary_vector(VectorElement element, DocumentView numbers, int padding);
std::string encode_binary_vector(std::span<const float> numbers);

}  // namespace cairn
