// Vectors in Binary subtype 9.
#include "engine/bson/binary_vector.h"

#include <cstring>

namespace cairn {
namespace {

constexpr std::size_t kHeader = 2;
constexpr int kMaxPadding = 7;

Status bad_vector(std::string_view what) {
  return {ErrorCode::kBadValue, "binary vector: " + std::string(what)};
}

Status check_padding(VectorElement element, int padding, std::size_t data_bytes) {
  if (padding == 0) return {};
  if (element != VectorElement::kPackedBit) return bad_vector("padding is for packed_bit only");
  if (padding < 0 || padding > kMaxPadding) return bad_vector("padding is from 0 to 7");
  if (data_bytes == 0) return bad_vector("padding without data");
  return {};
}

// The number as an integer from `low` to `high`, given as an integer type.
std::optional<std::int64_t> integer_between(ValueView number, std::int64_t low, std::int64_t high) {
  if (number.type() != BsonType::kInt32 && number.type() != BsonType::kInt64) return std::nullopt;
  const std::int64_t value = *number.to_int64_exact();
  if (value < low || value > high) return std::nullopt;
  return value;
}

Status append_number(VectorElement element, ValueView number, std::string& out) {
  if (element == VectorElement::kFloat32) {
    if (!number.is_number()) return bad_vector("an element that is no number");
    const auto value = static_cast<float>(number.to_double());
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
    return {};
  }
  const bool is_int8 = element == VectorElement::kInt8;
  const auto value =
      is_int8 ? integer_between(number, INT8_MIN, INT8_MAX) : integer_between(number, 0, UINT8_MAX);
  if (!value) return bad_vector("an element that its type cannot hold");
  out.push_back(static_cast<char>(*value));
  return {};
}

}  // namespace

std::size_t BinaryVectorView::size() const {
  switch (element) {
    case VectorElement::kFloat32:
      return data.size() / sizeof(float);
    case VectorElement::kPackedBit:
      return data.size() * 8 - padding;
    case VectorElement::kInt8:
      return data.size();
  }
  return 0;
}

double BinaryVectorView::operator[](std::size_t i) const {
  switch (element) {
    case VectorElement::kFloat32:
      return bson_detail::load<float>(data.data() + i * sizeof(float));
    case VectorElement::kPackedBit:
      return data[i / 8] >> (7 - i % 8) & 1;
    case VectorElement::kInt8:
      return static_cast<std::int8_t>(data[i]);
  }
  return 0;
}

std::optional<std::size_t> first_not_finite(const BinaryVectorView& vector) {
  if (vector.element != VectorElement::kFloat32) return std::nullopt;
  constexpr std::uint32_t kExponent = 0x7f800000;  // all of it set: not finite
  const std::size_t count = vector.size();
  const auto bits = [&](std::size_t i) {
    return bson_detail::load<std::uint32_t>(vector.data.data() + i * sizeof(float)) & kExponent;
  };
  // So many that the compiler knows how many: it makes one comparison of them.
  constexpr std::size_t kAtOnce = 16;
  std::size_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    std::uint32_t found = 0;
    for (std::size_t j = 0; j < kAtOnce; ++j) found |= bits(i + j) == kExponent ? 1U : 0U;
    if (found != 0) break;
  }
  for (; i < count; ++i) {
    if (bits(i) == kExponent) return i;
  }
  return std::nullopt;
}

Result<BinaryVectorView> decode_binary_vector(BinaryView binary) {
  if (binary.subtype != kVectorSubtype) return bad_vector("not of subtype 9");
  if (binary.bytes.size() < kHeader) return bad_vector("shorter than its header");
  const BinaryVectorView view{static_cast<VectorElement>(binary.bytes[0]), binary.bytes[1],
                              binary.bytes.subspan(kHeader)};
  switch (view.element) {
    case VectorElement::kFloat32:
      if (view.data.size() % sizeof(float) != 0) return bad_vector("half a float32 at its end");
      break;
    case VectorElement::kInt8:
    case VectorElement::kPackedBit:
      break;
    default:
      return bad_vector("unknown element type: " + std::to_string(binary.bytes[0]));
  }
  CAIRN_RETURN_IF_ERROR(check_padding(view.element, view.padding, view.data.size()));
  return view;
}

Result<std::string> encode_binary_vector(VectorElement element, DocumentView numbers, int padding) {
  std::string out = {static_cast<char>(element), static_cast<char>(padding)};
  for (const Element& number : numbers) {
    CAIRN_RETURN_IF_ERROR(append_number(element, number.value, out));
  }
  CAIRN_RETURN_IF_ERROR(check_padding(element, padding, out.size() - kHeader));
  if (padding > 0 && (out.back() & ((1 << padding) - 1)) != 0) {
    return bad_vector("bits in the padding that are not zero");
  }
  return out;
}

std::string encode_binary_vector(std::span<const float> numbers) {
  std::string out = {static_cast<char>(VectorElement::kFloat32), '\0'};
  out.append(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes());
  return out;
}

}  // namespace cairn
