// $convert: a value as another type, with a say in what happens to null and to what cannot be
// converted.
#include "engine/bson/type_name.h"
#include "engine/expr/conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cairn::expr {
namespace {

enum Part : std::uint8_t {
  kInput,
  kTo,
  kOnError,
  kOnNull,
  kFormat,
  kByteOrder,
  kBase,
  kParts,
};
constexpr std::array<std::string_view, kParts> kNames = {"input",  "to",        "onError", "onNull",
                                                         "format", "byteOrder", "base"};

Result<BsonType> target_type(ValueView value) {
  if (value.is_string()) {
    if (const auto type = type_from_name(value.as_string())) return *type;
    if (value.as_string() == "missing") return BsonType::kEnd;
    return Status(ErrorCode::kBadValue, fmt::format("Unknown type name: {}", value.as_string()));
  }
  if (!value.is_number()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$convert's 'to' argument must be a string or number, but is {}",
                              type_of(value)));
  }
  const std::optional<std::int64_t> number = value.to_int64_exact();
  if (!number) {
    return Status(ErrorCode::kFailedToParse,
                  "In $convert, numeric 'to' argument is not an integer");
  }
  if (*number == 0) return BsonType::kEnd;
  if (const auto type = type_from_number(*number)) return *type;
  return Status(
      ErrorCode::kFailedToParse,
      fmt::format("In $convert, numeric value for 'to' does not correspond to a BSON type: {}",
                  *number));
}

Result<BinaryFormat> binary_format(ValueView value) {
  if (!value.has_value()) return BinaryFormat::kNone;
  if (!value.is_string()) {
    return Status(
        location(4341114),
        fmt::format("$convert requires that 'format' be a string, found: {} with value {}",
                    type_of(value), to_json(value)));
  }
  constexpr std::pair<std::string_view, BinaryFormat> kFormats[] = {
      {"auto", BinaryFormat::kAuto},           {"base64", BinaryFormat::kBase64},
      {"base64url", BinaryFormat::kBase64Url}, {"hex", BinaryFormat::kHex},
      {"utf8", BinaryFormat::kUtf8},           {"uuid", BinaryFormat::kUuid},
  };
  for (const auto& [name, format] : kFormats) {
    if (value.as_string() == name) return format;
  }
  return Status(location(4341125),
                fmt::format("Invalid 'format' argument for $convert: {}", value.as_string()));
}

Result<ByteOrder> byte_order(ValueView value) {
  if (!value.has_value()) return ByteOrder::kLittle;
  if (!value.is_string()) {
    return Status(location(9130001),
                  fmt::format("$convert requires that 'byteOrder' be a string, found: {} with "
                              "value {}",
                              type_of(value), to_json(value)));
  }
  if (value.as_string() == "little") return ByteOrder::kLittle;
  if (value.as_string() == "big") return ByteOrder::kBig;
  return Status(location(9130002),
                fmt::format("Invalid 'byteOrder' argument for $convert: {}", value.as_string()));
}

Result<std::optional<int>> number_base(ValueView value) {
  if (!value.has_value()) return std::optional<int>();
  const std::optional<std::int64_t> base =
      value.is_number() ? value.to_int64_exact() : std::optional<std::int64_t>();
  if (!base) return Status(location(3501300), "In $convert, 'base' argument is not an integer");
  if (*base != 2 && *base != 8 && *base != 10 && *base != 16) {
    return Status(location(3501301), "In $convert, 'base' argument is not a valid base");
  }
  return std::optional<int>(static_cast<int>(*base));
}

class Convert final : public Expression {
 public:
  static constexpr std::uint8_t kAbsent = 0xFF;
  using Places = std::array<std::uint8_t, kParts>;

  Convert(Operands operands, const Places& places)
      : Expression(std::move(operands)), places_(places) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView to, part(kTo, evaluation));
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, part(kInput, evaluation));
    Conversion conversion;
    CAIRN_RETURN_IF_ERROR(read_target(to, conversion));
    if (!input.has_value()) return given(kOnNull) ? part(kOnNull, evaluation) : Evaluation::null();
    if (!to.has_value()) return Evaluation::null();
    CAIRN_RETURN_IF_ERROR(read_options(conversion, evaluation));
    Result<ValueView> converted = convert_value(input, conversion, evaluation);
    if (converted.ok() || !given(kOnError)) return converted;
    if (converted.status().code() != ErrorCode::kConversionFailure) return converted;
    return part(kOnError, evaluation);
  }

 private:
  bool given(Part which) const { return places_[which] != kAbsent; }
  Result<ValueView> part(Part which, Evaluation& evaluation) const {
    if (!given(which)) return ValueView();
    return operands_[places_[which]]->evaluate(evaluation);
  }

  static Status read_target(ValueView to, Conversion& conversion) {
    if (!to.has_value()) return Status();
    const bool detailed = to.is_document();
    const ValueView type = detailed ? to.as_document()["type"] : to;
    CAIRN_ASSIGN_OR_RETURN(conversion.to, target_type(type));
    if (detailed) conversion.subtype_value = to.as_document()["subtype"];
    return Status();
  }

  Status read_options(Conversion& conversion, Evaluation& evaluation) const {
    CAIRN_ASSIGN_OR_RETURN(const ValueView base, part(kBase, evaluation));
    CAIRN_ASSIGN_OR_RETURN(conversion.base, number_base(base));
    CAIRN_ASSIGN_OR_RETURN(const ValueView format, part(kFormat, evaluation));
    CAIRN_ASSIGN_OR_RETURN(conversion.format, binary_format(format));
    CAIRN_ASSIGN_OR_RETURN(const ValueView order, part(kByteOrder, evaluation));
    CAIRN_ASSIGN_OR_RETURN(conversion.byte_order, byte_order(order));
    return Status();
  }

  Places places_;
};

Status missing_part(Part part) {
  return {ErrorCode::kFailedToParse,
          fmt::format("Missing '{}' parameter to $convert", kNames[part])};
}

Result<ExpressionPtr> parse_convert(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$convert expects an object of named arguments but found: {}",
                              type_of(argument)));
  }
  Operands operands;
  Convert::Places places;
  places.fill(Convert::kAbsent);
  for (const Element& field : argument.as_document()) {
    const auto name = std::ranges::find(kNames, field.name);
    if (name == kNames.end()) {
      return Status(ErrorCode::kFailedToParse,
                    fmt::format("$convert found an unknown argument: {}", field.name));
    }
    CAIRN_ASSIGN_OR_RETURN(ExpressionPtr operand, parse_expression(field.value, scope));
    places[static_cast<std::size_t>(name - kNames.begin())] =
        static_cast<std::uint8_t>(operands.size());
    operands.push_back(std::move(operand));
  }
  if (places[kInput] == Convert::kAbsent) return missing_part(kInput);
  if (places[kTo] == Convert::kAbsent) return missing_part(kTo);
  return ExpressionPtr(std::make_unique<Convert>(std::move(operands), places));
}

}  // namespace

extern const Operator row_convert{.name = "$convert", .parse = parse_convert};

}  // namespace cairn::expr
