// $filter: the elements of an array that a condition is true for; with `limit`, the first of them.
#include "engine/expr/array_loop.h"
#include "engine/expr/arrays.h"

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

constexpr Complaint kNotArray{28651, "input to $filter must be an array not {}"};

class Filter final : public ArrayLoop {
 public:
  explicit Filter(Parts parts) : ArrayLoop(std::move(parts), kNotArray) {}

 protected:
  Result<ValueView> over(DocumentView array, Evaluation& evaluation) const override {
    std::int32_t left = INT32_MAX;
    if (operands_.size() > 2 && !array.empty()) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView limit, operands_[2]->evaluate(evaluation));
      CAIRN_ASSIGN_OR_RETURN(left, to_limit(limit));
    }
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    const Evaluation::Mark mark = evaluation.mark();
    for (const Element& element : array) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView passes, value_for(element.value, evaluation));
      const bool passed = passes.truthy();
      evaluation.release(mark);
      if (!passed) continue;
      builder.push(element.value);
      if (--left == 0) break;
    }
    builder.finish();
    return Evaluation::array(bytes);
  }
};

Result<ExpressionPtr> parse_filter(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kShape, argument));
  CAIRN_ASSIGN_OR_RETURN(ArrayLoop::Parts parts,
                         ArrayLoop::parse(fields[kInput], fields[kAs], fields[kCond], scope));
  if (!fields[kLimit].missing()) {
    parts.operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(parts.operands[2], parse_expression(fields[kLimit], scope));
  }
  return ExpressionPtr(std::make_unique<Filter>(std::move(parts)));
}

}  // namespace

extern const Operator row_filter{.name = "$filter", .parse = parse_filter, .folded = false};

}  // namespace cairn::expr
