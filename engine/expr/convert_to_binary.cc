// To binary.
#include "engine/bson/base64.h"
#include "engine/bson/binary_vector.h"
#include "engine/bson/hex.h"
#include "engine/expr/conversion.h"
#include "engine/expr/numeric.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

using Decoded = Result<std::string>;  // the bytes, or why not

std::span<const std::uint8_t> bytes_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

Status reason(std::string text) { return conversion_failure(std::move(text)); }

Result<std::uint8_t> subtype_of(const Conversion& conversion) {
  const ValueView value = conversion.subtype_value;
  if (value.missing()) return conversion.subtype;
  if (!value.is_number()) {
    return Status(location(4341108),
                  fmt::format("For BinData, $convert's 'subtype' argument must be a number, but is "
                              "{}",
                              type_of(value)));
  }
  const std::optional<std::int64_t> number = value.to_int64_exact();
  if (!number) {
    return Status(location(4341106), "In $convert, numeric 'subtype' argument is not an integer");
  }
  const bool known = (*number >= 0 && *number <= 9) || (*number >= 128 && *number <= 255);
  if (!known) {
    return Status(location(4341107),
                  fmt::format("In $convert, numeric value for 'subtype' does not correspond to a "
                              "BinData type: {}",
                              *number));
  }
  return static_cast<std::uint8_t>(*number);
}

Decoded decode_hex_text(std::string_view text) {
  if (text.size() % 2 != 0) return reason("Input is not a valid hex string");
  const auto wrong = std::ranges::find_if(text, [](char c) { return hex_digit(c) < 0; });
  if (wrong != text.end()) {
    return reason(fmt::format("The character \\x{:02x} failed to parse from hex.",
                              static_cast<unsigned char>(*wrong)));
  }
  std::string bytes(text.size() / 2, '\0');
  decode_hex(text, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

Decoded decode_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  std::string hex;
  bool dashes = text.size() == kLength;
  for (std::size_t i = 0; dashes && i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    dashes = dash ? text[i] == '-' : hex_digit(text[i]) >= 0;
    if (!dash) hex.push_back(text[i]);
  }
  if (!dashes) return reason(fmt::format("Invalid UUID string: {}", text));
  return decode_hex_text(hex);
}

// Bits that are left over at the end do not matter here.
std::string without_spare_bits(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string cleared(text);
  const std::size_t digits = std::min(text.find('='), text.size());
  if (digits == 0 || digits == text.size()) return cleared;
  const std::size_t value = kAlphabet.find(text[digits - 1]);
  if (value == std::string_view::npos) return cleared;
  cleared[digits - 1] = kAlphabet[value & (text.size() - digits == 1 ? 0x3C : 0x30)];
  return cleared;
}

Decoded decode_base64_text(std::string_view text) {
  if (std::optional<std::string> bytes = decode_base64(without_spare_bits(text))) {
    return *std::move(bytes);
  }
  return reason("invalid base64");
}

Decoded decode_base64_url(std::string_view text) {
  if (text.find_first_of("+/") != std::string_view::npos) return reason("invalid base64");
  std::string plain(text);
  std::ranges::replace(plain, '-', '+');
  std::ranges::replace(plain, '_', '/');
  while (plain.size() % 4 != 0) plain.push_back('=');
  return decode_base64_text(plain);
}

Decoded decode_text(std::string_view text, BinaryFormat format, std::uint8_t subtype) {
  const bool uuid = format == BinaryFormat::kUuid;
  if (uuid != (subtype == kUuidSubtype)) {
    return reason("Only the 'uuid' format is allowed with the UUID subtype");
  }
  switch (format) {
    case BinaryFormat::kBase64:
      return decode_base64_text(text);
    case BinaryFormat::kBase64Url:
      return decode_base64_url(text);
    case BinaryFormat::kHex:
      return decode_hex_text(text);
    case BinaryFormat::kUtf8:
      return std::string(text);
    case BinaryFormat::kUuid:
      return decode_uuid(text);
    default:
      return reason("Invalid format 'auto'");
  }
}

Result<ValueView> from_text(ValueView value, const Conversion& conversion, Evaluation& evaluation) {
  if (conversion.format == BinaryFormat::kNone) return format_needed(value, conversion);
  CAIRN_ASSIGN_OR_RETURN(const std::uint8_t subtype, subtype_of(conversion));
  const Decoded bytes = decode_text(value.as_string(), conversion.format, subtype);
  if (!bytes.ok()) {
    return conversion_failure(
        fmt::format("Failed to parse BinData '{}' in $convert with no onError value: {}",
                    value.as_string(), bytes.status().message()));
  }
  return evaluation.binary({subtype, bytes_of(*bytes)});
}

Result<ValueView> from_payload(ValueView value, const Conversion& conversion,
                               Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::uint8_t subtype, subtype_of(conversion));
  std::uint8_t bytes[8];
  std::ranges::copy(value.bytes(), bytes);
  const std::span<std::uint8_t> used(bytes, value.size());
  if (conversion.byte_order == ByteOrder::kBig) std::ranges::reverse(used);
  return evaluation.binary({subtype, used});
}

bool is_bit(ValueView value) {
  if (value.type() == BsonType::kBool) return true;
  return is_whole(value) && (whole_number(value) == 0 || whole_number(value) == 1);
}

// The narrowest element type that holds all of an array: bits, int8 for other integers, float32 for
// doubles.
Result<VectorElement> element_of(DocumentView array) {
  bool bits = true;
  bool integers = true;
  for (const Element& element : array) {
    const ValueView value = element.value;
    if (!value.is_number() && value.type() != BsonType::kBool) {
      return conversion_failure(
          "Converting array to BinData requires an array with numeric or bool content");
    }
    bits = bits && is_bit(value);
    integers = integers && is_whole(value);
    if (is_whole(value) && (whole_number(value) < -128 || whole_number(value) > 127)) {
      return conversion_failure(
          "Converting a BSON array with integers larger than INT8 is not supported.");
    }
  }
  if (bits) return VectorElement::kPackedBit;
  return integers ? VectorElement::kInt8 : VectorElement::kFloat32;
}

std::string packed_bits(DocumentView array) {
  std::string bytes;
  std::size_t count = 0;
  for (const Element& element : array) {
    if (count % 8 == 0) bytes.push_back('\0');
    if (element.value.truthy()) bytes.back() = static_cast<char>(bytes.back() | 0x80 >> count % 8);
    ++count;
  }
  const char header[] = {static_cast<char>(VectorElement::kPackedBit),
                         static_cast<char>((8 - count % 8) % 8)};
  return std::string(header, sizeof header) + bytes;
}

Result<ValueView> from_array(ValueView value, Evaluation& evaluation) {
  const DocumentView array = value.as_document();
  CAIRN_ASSIGN_OR_RETURN(const VectorElement element, element_of(array));
  std::string bytes;
  if (element == VectorElement::kPackedBit) {
    bytes = packed_bits(array);
  } else {
    Result<std::string> encoded = encode_binary_vector(element, array, 0);
    if (!encoded.ok()) return conversion_failure(std::string(encoded.status().message()));
    bytes = *std::move(encoded);
  }
  return evaluation.binary({kVectorSubtype, bytes_of(bytes)});
}

}  // namespace

Result<ValueView> convert_to_binary(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation) {
  switch (value.type()) {
    case BsonType::kString:
    case BsonType::kSymbol:
      return from_text(value, conversion, evaluation);
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDouble:
      return from_payload(value, conversion, evaluation);
    case BsonType::kArray:
      return from_array(value, evaluation);
    case BsonType::kDocument: {
      CAIRN_ASSIGN_OR_RETURN(const std::uint8_t subtype, subtype_of(conversion));
      return evaluation.binary({subtype, value.bytes()});
    }
    case BsonType::kBinary: {
      CAIRN_ASSIGN_OR_RETURN(const std::uint8_t subtype, subtype_of(conversion));
      if (value.as_binary().subtype == subtype) return value;
      return conversion_failure("Conversions between different BinData subtypes are not supported");
    }
    default:
      return unsupported_conversion(value, conversion);
  }
}

}  // namespace cairn::expr
