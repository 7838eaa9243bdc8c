// $bit: and, or and xor on an int32 or int64, one after the other; what is missing counts as zero.
#include "engine/update/path_tree.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <vector>

namespace cairn::update {
namespace {

enum class BitOperation : std::uint8_t { kAnd, kOr, kXor };

bool is_integer(ValueView value) {
  return value.type() == BsonType::kInt32 || value.type() == BsonType::kInt64;
}

std::int64_t combine(BitOperation operation, std::int64_t a, std::int64_t b) {
  switch (operation) {
    case BitOperation::kAnd:
      return a & b;
    case BitOperation::kOr:
      return a | b;
    default:
      return a ^ b;
  }
}

class Bit final : public Modifier {
 public:
  struct Step {
    BitOperation operation;
    ValueView operand;
  };
  explicit Bit(std::vector<Step> steps) : steps_(std::move(steps)) {}

  Result<Effect> apply(ValueView current, const Place& place,
                       Application& application) const override {
    if (!current.missing() && !is_integer(current)) {
      return Status(ErrorCode::kBadValue,
                    fmt::format("Cannot apply $bit to a value of non-integral type.{} has the "
                                "field {} of non-integer "
                                "type {}",
                                application.id_text(), place.name, type_name(current.type())));
    }
    std::int64_t bits = current.missing() ? 0 : current.to_int64_clamped();
    bool wide = current.type() == BsonType::kInt64;
    for (const Step& step : steps_) {
      bits = combine(step.operation, bits, step.operand.to_int64_clamped());
      wide = wide || step.operand.type() == BsonType::kInt64;
    }
    return Effect::set(wide ? Value::int64(bits) : Value::int32(static_cast<std::int32_t>(bits)));
  }

 private:
  std::vector<Step> steps_;
};

Result<Bit::Step> parse_step(const Element& field) {
  Bit::Step step{BitOperation::kAnd, field.value};
  if (field.name == "or") {
    step.operation = BitOperation::kOr;
  } else if (field.name == "xor") {
    step.operation = BitOperation::kXor;
  } else if (field.name != "and") {
    return Status(ErrorCode::kBadValue,
                  fmt::format("The $bit modifier only supports 'and', 'or', and 'xor', not '{}' "
                              "which is an unknown operator: {{{}: {}}}",
                              field.name, field.name, to_shell_text(field.value)));
  }
  if (is_integer(field.value)) return step;
  return Status(ErrorCode::kBadValue,
                fmt::format("The $bit modifier field must be an Integer(32/64 bit); a '{}' is not "
                            "supported here: {{{}: {}}}",
                            type_name(field.value.type()), field.name, to_shell_text(field.value)));
}

Status parse_bit(std::string_view path, ValueView argument, PathTree& tree) {
  if (!argument.is_document()) {
    return {ErrorCode::kBadValue,
            fmt::format("The $bit modifier is not compatible with a {}. You must pass in an "
                        "embedded document: {{$bit: {{field: {{and/or/xor: #}}}}",
                        type_name(argument.type()))};
  }
  std::vector<Bit::Step> steps;
  for (const Element& field : argument.as_document()) {
    CAIRN_ASSIGN_OR_RETURN(const Bit::Step step, parse_step(field));
    steps.push_back(step);
  }
  if (steps.empty()) {
    return {ErrorCode::kBadValue,
            "You must pass in at least one bitwise operation. The format is: {$bit: {field: "
            "{and/or/xor: #}}"};
  }
  return tree.add(path, std::make_unique<Bit>(std::move(steps)));
}

}  // namespace

extern const ModifierRow row_bit{"$bit", parse_bit};

}  // namespace cairn::update
