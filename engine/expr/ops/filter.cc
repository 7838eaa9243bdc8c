// $filter: the elements of an array that a condition is true for; with `limit`, the first of them.
#include "engine/expr/arrays.h"
#include "engine/expr/loop_variable.h"
#include "engine/expr/named_arguments.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

enum : std::size_t { kInput, kAs, kCond, kLimit };
constexpr NamedArgument kArguments[] = {{"input", {28648, "Missing 'input' parameter to $filter"}},
                                        {"as"},
                                        {"cond", {28650, "Missing 'cond' parameter to $filter"}},
                                        {"limit"}};
constexpr NamedShape kShape{
    .not_object = {28646, "$filter only supports an object as its argument"},
    .unknown = {28647, "Unrecognized parameter to $filter: {}"},
    .arguments = kArguments};

Result<std::int32_t> to_limit(ValueView value) {
  if (!value.has_value()) return INT32_MAX;
  const auto limit = exact_int32(value);
  if (!limit) {
    return Status(location(327391), fmt::format("$filter: limit must be represented as a 32-bit "
                                                "integral value: {}",
                                                to_json(value)));
  }
  if (*limit <= 0) {
    return Status(location(327392),
                  fmt::format("$filter: limit must be greater than 0: {}", *limit));
  }
  return *limit;
}

class Filter final : public Expression {
 public:
  Filter(Operands operands, std::uint32_t slot) : Expression(std::move(operands)), slot_(slot) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView input, operands_[0]->evaluate(evaluation));
    if (!input.has_value()) return Evaluation::null();
    if (!input.is_array()) {
      return Status(location(28651),
                    fmt::format("input to $filter must be an array not {}", type_of(input)));
    }
    std::int32_t left = INT32_MAX;
    if (operands_.size() > 2 && !input.as_document().empty()) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView limit, operands_[2]->evaluate(evaluation));
      CAIRN_ASSIGN_OR_RETURN(left, to_limit(limit));
    }
    return pass(input.as_document(), left, evaluation);
  }

 private:
  Result<ValueView> pass(DocumentView input, std::int32_t left, Evaluation& evaluation) const {
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    const Evaluation::Mark mark = evaluation.mark();
    for (const Element& element : input) {
      CAIRN_RETURN_IF_ERROR(evaluation.step());
      evaluation.set_variable(slot_, element.value);
      CAIRN_ASSIGN_OR_RETURN(const ValueView passes, operands_[1]->evaluate(evaluation));
      const bool passed = passes.truthy();
      evaluation.release(mark);
      if (!passed) continue;
      builder.push(element.value);
      if (--left == 0) break;
    }
    builder.finish();
    return Evaluation::array(bytes);
  }

  std::uint32_t slot_;
};

Result<ExpressionPtr> parse_filter(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  Operands operands(2);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(fields[kInput], scope));
  Scope inner(&scope);
  CAIRN_ASSIGN_OR_RETURN(const std::uint32_t slot, define_loop_variable(fields[kAs], inner));
  CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(fields[kCond], inner));
  if (!fields[kLimit].missing()) {
    operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(operands[2], parse_expression(fields[kLimit], scope));
  }
  return ExpressionPtr(std::make_unique<Filter>(std::move(operands), slot));
}

}  // namespace

extern const Operator row_filter{.name = "$filter", .parse = parse_filter};

}  // namespace cairn::expr
