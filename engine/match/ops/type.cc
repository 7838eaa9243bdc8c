// $type: of one of the types named by number or by name; "number" is all four of them.
#include "engine/match/operator.h"
#include "engine/match/type_set.h"

#include <optional>
#include <string>

namespace cairn::match {
namespace {

bool is_type_code(std::int64_t code) {
  return (code >= 1 && code <= 19) || code == -1 || code == 127;
}

Status add_type(TypeSet& types, ValueView argument) {
  if (argument.is_string()) return types.add_named(argument.as_string());
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
  types.add(static_cast<BsonType>(static_cast<std::uint8_t>(*code)));
  return Status();
}

class TypeTest final : public ValueTest {
 public:
  explicit TypeTest(const TypeSet& types) : types_(types) {}
  bool test(ValueView value, Trace&) const override {
    return !value.missing() && types_.has(value.type());
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
