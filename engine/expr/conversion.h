// Conversions between types: what $convert and its short forms ($toInt, …) do once their arguments
// are values. Source: MongoDB's manual, "$convert".
#pragma once

#include "engine/expr/expression.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::expr {

// How a string stands for the bytes of a binary. kAuto, of binaries only: as UUID or base64.
enum class BinaryFormat : std::uint8_t { kNone, kAuto, kBase64, kBase64Url, kHex, kUtf8, kUuid };
enum class ByteOrder : std::uint8_t { kLittle, kBig };

struct Conversion {
  BsonType to = BsonType::kEnd;
  std::uint8_t subtype = 0;  // of a binary, where `subtype_value` is missing
  BinaryFormat format = BinaryFormat::kNone;
  ByteOrder byte_order = ByteOrder::kLittle;
  std::optional<int> base{};  // of numbers as text: 2, 8, 10 or 16
  ValueView subtype_value{};  // as $convert was given it; looked at only where one is needed
};

// REQUIRES: value.has_value(). Errors: ConversionFailure, which `onError` catches; Location4341115
// (a format is needed) and Location18537 (a date has no text), which it does not.
Result<ValueView> convert_value(ValueView value, const Conversion& conversion,
                                Evaluation& evaluation);

// A short form: `{name: operand}`. Error: Location50723 for a list that is not of one operand.
Result<ExpressionPtr> parse_short_conversion(std::string_view name, const Conversion& conversion,
                                             ValueView argument, const Scope& scope);

// One target each; those that are not possible fail with `unsupported_conversion`.
Result<ValueView> convert_to_number(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation);
Result<ValueView> convert_to_string(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation);
Result<ValueView> convert_to_binary(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation);
Result<ValueView> convert_to_date(ValueView value, const Conversion& conversion,
                                  Evaluation& evaluation);

Status conversion_failure(std::string text);
Status unsupported_conversion(ValueView value, const Conversion& conversion);
Status format_needed(ValueView value, const Conversion& conversion);
// The double or decimal without its fraction, where int64 holds that. Error: ConversionFailure.
Result<std::int64_t> truncated_to_int64(ValueView number);
// String or symbol.
bool is_text(ValueView value);
// "BinData(0, "6869")".
std::string shown_binary(BinaryView binary);

}  // namespace cairn::expr
