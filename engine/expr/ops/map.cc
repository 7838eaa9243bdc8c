// $map: an array of what an expression gives for each element of another.
#include "engine/expr/loop_variable.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kAs, kIn };
constexpr NamedArgument kArguments[] = {{"input", {16880, "Missing 'input' parameter to $map"}},
                                        {"as"},
                                        {"in", {16882, "Missing 'in' parameter to $map"}}};
constexpr NamedShape kShape{.not_object = {16878, "$map only supports an object as its argument"},
                            .unknown = {16879, "Unrecognized parameter to $map: {}"},
                            .arguments = kArguments};

class Map final : public Expression {
 public:
  Map(Operands operands, std::uint32_t slot) : Expression(std::move(operands)), slot_(slot) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value()) return Evaluation::null();
    if (!input.is_array()) {
      return Status(location(16883),
                    fmt::format("input to $map must be an array not {}", type_of(input)));
    }
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    const Evaluation::Mark mark = evaluation.mark();
    for (const Element& element : input.as_document()) {
      CAIRN_RETURN_IF_ERROR(evaluation.step());
      evaluation.set_variable(slot_, element.value);
      CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[1]->evaluate(evaluation));
      builder.push(value.missing() ? Evaluation::null() : value);
      evaluation.release(mark);
    }
    builder.finish();
    return Evaluation::array(bytes);
  }

 private:
  std::uint32_t slot_;
};

Result<ExpressionPtr> parse_map(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  Operands operands(2);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(fields[kInput], scope));
  Scope inner(&scope);
  CAIRN_ASSIGN_OR_RETURN(const std::uint32_t slot, define_loop_variable(fields[kAs], inner));
  CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(fields[kIn], inner));
  return ExpressionPtr(std::make_unique<Map>(std::move(operands), slot));
}

}  // namespace

extern const Operator row_map{.name = "$map", .parse = parse_map};

}  // namespace cairn::expr
