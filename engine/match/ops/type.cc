// $type: of one of the types named by number or by name; "number" is all four of them.
#include "engine/match/operator.h"

#include <bitset>
#include <optional>
#include <string>

namespace cairn::match {
namespace {

using TypeSet = std::bitset<256>;

void add(TypeSet& types, BsonType type) { types.set(static_cast<std::uint8_t>(type)); }

void add_numbers(TypeSet& types) {
  for (const BsonType type :
       {BsonType::kDouble, BsonType::kInt32, BsonType::kInt64, BsonType::kDecimal128}) {
    add(types, type);
  }
}

bool is_type_code(std::int64_t code) {
  return (code >= 1 && code <= 19) || code == -1 || code == 127;
}

Status add_named(TypeSet& types, std::string_view name) {
  if (name == "number") {
    add_numbers(types);
    return Status();
  }
  for (int code = 1; code < 256; ++code) {
    const auto type = static_cast<BsonType>(code);
    const bool known = is_type_code(code) || type == BsonType::kMinKey;
    if (known && type_name(type) == name) {
      add(types, type);
      return Status();
    }
  }
  return {ErrorCode::kBadValue, "Unknown type name alias: " + std::string(name)};
}

Status add_type(TypeSet& types, ValueView argument) {
  if (argument.is_string()) return add_named(types, argument.as_string());
  if (!argument.is_number()) {
    return {ErrorCode::kTypeMismatch, "type must be represented as a number or a string"};
  }
  const std::optional<std::int64_t> code = argument.to_int64_exact();
  if (code && *code == 0) {
    return {ErrorCode::kBadValue, "Invalid numerical type code: 0. Instead use {$exists:false}."};
  }
  if (!code || !is_type_code(*code)) {
    return {ErrorCode::kBadValue, "Invalid numerical type code: " + to_json(argument)};
  }
  add(types, static_cast<BsonType>(static_cast<std::uint8_t>(*code)));
  return Status();
}

class TypeTest final : public ValueTest {
 public:
  explicit TypeTest(const TypeSet& types) : types_(types) {}
  bool test(ValueView value, Trace*) const override {
    return !value.missing() && types_.test(static_cast<std::uint8_t>(value.type()));
  }

 private:
  TypeSet types_;
};

Status parse_type(ValueView argument, const ParseContext&, Tests& tests) {
  TypeSet types;
  if (argument.is_array()) {
    if (argument.as_document().empty()) {
      return {ErrorCode::kFailedToParse, "$type must match at least one type"};
    }
    for (const Element& element : argument.as_document()) {
      CAIRN_RETURN_IF_ERROR(add_type(types, element.value));
    }
  } else {
    CAIRN_RETURN_IF_ERROR(add_type(types, argument));
  }
  tests.push_back({std::make_unique<TypeTest>(types)});
  return Status();
}

}  // namespace

extern const Operator row_type{"$type", parse_type};

}  // namespace cairn::match
