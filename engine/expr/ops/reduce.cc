// $reduce: folds an array's elements ($$this) into one value ($$value).
#include "engine/bson/nesting.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kInitialValue, kIn };
constexpr NamedArgument kArguments[] = {
    {"input", {40077, "$reduce requires 'input' to be specified"}},
    {"initialValue", {40078, "$reduce requires 'initialValue' to be specified"}},
    {"in", {40079, "$reduce requires 'in' to be specified"}}};
constexpr NamedShape kShape{
    .not_object = {40075, "$reduce requires an object as an argument, found: {}"},
    .unknown = {40076, "$reduce found an unknown argument: {}"},
    .arguments = kArguments};

class Reduce final : public Expression {
 public:
  Reduce(Operands operands, std::uint32_t this_slot, std::uint32_t value_slot)
      : Expression(std::move(operands)), this_slot_(this_slot), value_slot_(value_slot) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value()) return Evaluation::null();
    if (!input.is_array()) {
      return Status(location(40080), fmt::format("$reduce requires that 'input' be an array, "
                                                 "found: {}",
                                                 to_json(input)));
    }
    CAIRN_ASSIGN_OR_RETURN(ValueView value, operands_[1]->evaluate(evaluation));
    // The value of a round is made out of that of the last: two buffers, in turn.
    std::string* last = &evaluation.buffer();
    std::string* next = &evaluation.buffer();
    const Evaluation::Mark mark = evaluation.mark();
    std::uint32_t rounds = 0;
    for (const Element& element : input.as_document()) {
      evaluation.set_variable(this_slot_, element.value);
      evaluation.set_variable(value_slot_, value);
      CAIRN_ASSIGN_OR_RETURN(value, operands_[2]->evaluate(evaluation));
      CAIRN_RETURN_IF_ERROR(evaluation.step(1 + value.size() / Evaluation::kBytesPerStep));
      value = keep(value, *next);
      std::swap(last, next);
      evaluation.release(mark);
      if (++rounds % kRoundsPerCheck == 0) CAIRN_RETURN_IF_ERROR(check_nesting(value));
    }
    if (rounds > 0) CAIRN_RETURN_IF_ERROR(check_nesting(value));
    return value;
  }

 private:
  // Each round may put the value of the last one deeper into its own.
  static constexpr std::uint32_t kRoundsPerCheck = 16;
  static Status check_nesting(ValueView value) {
    if (!value.is_document() && !value.is_array()) return Status();
    if (nesting_up_to(value.as_document(), kMaxNestingOnWire + 1) <= kMaxNestingOnWire) {
      return Status();
    }
    return {ErrorCode::kOverflow,
            fmt::format("$reduce made a value of more than {} nested levels", kMaxNestingOnWire)};
  }

  static ValueView keep(ValueView value, std::string& bytes) {
    if (value.size() == 0) return value;  // null and the like: a type and nothing else
    bytes.assign(reinterpret_cast<const char*>(value.data()), value.size());
    return {value.type(), reinterpret_cast<const std::uint8_t*>(bytes.data()), value.size()};
  }

  std::uint32_t this_slot_;
  std::uint32_t value_slot_;
};

Result<ExpressionPtr> parse_reduce(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  Operands operands(3);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(fields[kInput], scope));
  CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(fields[kInitialValue], scope));
  Scope inner(&scope);
  const std::uint32_t this_slot = inner.define("this");
  const std::uint32_t value_slot = inner.define("value");
  CAIRN_ASSIGN_OR_RETURN(operands[2], parse_expression(fields[kIn], inner));
  return ExpressionPtr(std::make_unique<Reduce>(std::move(operands), this_slot, value_slot));
}

}  // namespace

extern const Operator row_reduce{.name = "$reduce", .parse = parse_reduce, .folded = false};

}  // namespace cairn::expr
