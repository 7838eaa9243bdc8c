#include "engine/expr/conversion.h"

#include "engine/bson/binary_vector.h"
#include "engine/bson/hex.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

Result<ValueView> convert_to_bool(ValueView value) {
  // Only of numbers and booleans is anything false.
  const bool scalar = value.is_number() || value.type() == BsonType::kBool;
  return Evaluation::boolean(!scalar || value.truthy());
}

Result<ValueView> convert_to_object_id(ValueView value, const Conversion& conversion,
                                       Evaluation& evaluation) {
  if (value.type() == BsonType::kObjectId) return value;
  if (!is_text(value)) return unsupported_conversion(value, conversion);
  const std::string_view text = value.as_string();
  const auto failure = [&](const std::string& reason) {
    return conversion_failure(fmt::format(
        "Failed to parse objectId '{}' in $convert with no onError value: {}", text, reason));
  };
  constexpr std::size_t kDigits = 24;
  if (text.size() != kDigits) {
    return failure(fmt::format("Invalid string length for parsing to OID, expected 24 but found {}",
                               text.size()));
  }
  const auto wrong = std::ranges::find_if(text, [](char c) { return hex_digit(c) < 0; });
  if (wrong != text.end()) {
    return failure(fmt::format("Invalid character found in hex string: {}", *wrong));
  }
  ObjectId id;
  decode_hex(text, id.bytes.data());
  return evaluation.object_id(id);
}

Result<ValueView> array_of_vector(ValueView value, Evaluation& evaluation) {
  if (value.as_binary().subtype != kVectorSubtype) {
    return conversion_failure(
        "Conversion from binData to array is only supported for bindata with the vector subtype");
  }
  const Result<BinaryVectorView> vector = decode_binary_vector(value.as_binary());
  if (!vector.ok()) return conversion_failure(std::string(vector.status().message()));
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (std::size_t i = 0; i < vector->size(); ++i) {
    const double element = (*vector)[i];
    const std::string name = std::to_string(i);
    if (vector->element == VectorElement::kPackedBit) {
      builder.append(name, element != 0);
    } else if (vector->element == VectorElement::kInt8) {
      builder.append(name, static_cast<std::int32_t>(element));
    } else {
      builder.append(name, element);
    }
  }
  builder.finish();
  return Evaluation::array(bytes);
}

// JSON text of an array or a document, as `conversion.to` wants.
Result<ValueView> parse_json_text(ValueView value, const Conversion& conversion,
                                  Evaluation& evaluation) {
  const std::string_view text = value.as_string();
  const Result<Document> wrapped = from_json(fmt::format("{{\"v\": {}}}", text));
  if (!wrapped.ok()) return conversion_failure("Input doesn't represent valid JSON");
  const ValueView parsed = (*wrapped)["v"];
  if (wrapped->view().count() != 1 || parsed.type() != conversion.to) {
    return conversion_failure(
        fmt::format("Input doesn't match expected type '{}'", type_name(conversion.to)));
  }
  return evaluation.copy(parsed);
}

Result<ValueView> convert_to_nested(ValueView value, const Conversion& conversion,
                                    Evaluation& evaluation) {
  if (is_text(value)) return parse_json_text(value, conversion, evaluation);
  if (conversion.to == BsonType::kArray && value.type() == BsonType::kBinary) {
    return array_of_vector(value, evaluation);
  }
  return unsupported_conversion(value, conversion);
}

class ShortConversion final : public Expression {
 public:
  ShortConversion(const Conversion& conversion, ExpressionPtr operand) : conversion_(conversion) {
    operands_.push_back(std::move(operand));
  }

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[0]->evaluate(evaluation));
    if (!value.has_value()) return Evaluation::null();
    return convert_value(value, conversion_, evaluation);
  }

 private:
  Conversion conversion_;
};

}  // namespace

Result<ValueView> convert_value(ValueView value, const Conversion& conversion,
                                Evaluation& evaluation) {
  switch (conversion.to) {
    case BsonType::kDouble:
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kDecimal128:
      return convert_to_number(value, conversion, evaluation);
    case BsonType::kString:
      return convert_to_string(value, conversion, evaluation);
    case BsonType::kBinary:
      return convert_to_binary(value, conversion, evaluation);
    case BsonType::kBool:
      return convert_to_bool(value);
    case BsonType::kDate:
      return convert_to_date(value, conversion, evaluation);
    case BsonType::kObjectId:
      return convert_to_object_id(value, conversion, evaluation);
    case BsonType::kArray:
    case BsonType::kDocument:
      return convert_to_nested(value, conversion, evaluation);
    default:
      return unsupported_conversion(value, conversion);
  }
}

Result<ExpressionPtr> parse_short_conversion(std::string_view name, const Conversion& conversion,
                                             ValueView argument, const Scope& scope) {
  ValueView operand = argument;
  if (argument.is_array()) {
    const std::uint32_t count = argument.as_document().count();
    if (count != 1) {
      return Status(location(50723),
                    fmt::format("{} requires a single argument, got {}", name, count));
    }
    operand = argument.as_document().begin()->value;
  }
  CAIRN_ASSIGN_OR_RETURN(ExpressionPtr parsed, parse_expression(operand, scope));
  return ExpressionPtr(std::make_unique<ShortConversion>(conversion, std::move(parsed)));
}

Status conversion_failure(std::string text) {
  return {ErrorCode::kConversionFailure, std::move(text)};
}

Status unsupported_conversion(ValueView value, const Conversion& conversion) {
  return conversion_failure(
      fmt::format("Unsupported conversion from {} to {} in $convert with no onError value",
                  type_of(value), type_name(conversion.to)));
}

Status format_needed(ValueView value, const Conversion& conversion) {
  return {location(4341115),
          fmt::format("Format must be speficied when converting from '{}' to '{}'", type_of(value),
                      type_name(conversion.to))};
}

bool is_text(ValueView value) { return value.is_string() || value.type() == BsonType::kSymbol; }

std::string shown_binary(BinaryView binary) {
  std::string hex = encode_hex(binary.bytes);
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? c - 'a' + 'A' : c; });
  return fmt::format("BinData({}, \"{}\")", binary.subtype, hex);
}

}  // namespace cairn::expr
