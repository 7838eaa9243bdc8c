// $zip: transposes arrays: the first elements of all, the second elements of all, …
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace cairn::expr {
namespace {

class Zip final : public Expression {
 public:
  // The operands are the inputs, then their defaults, if any.
  Zip(Operands operands, std::size_t inputs, bool longest)
      : Expression(std::move(operands)), inputs_(inputs), longest_(longest) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    std::vector<ValueView> values(operands_.size());
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      CAIRN_ASSIGN_OR_RETURN(values[i], operands_[i]->evaluate(evaluation));
      if (i >= inputs_) continue;
      if (!values[i].has_value()) return Evaluation::null();
      if (!values[i].is_array()) {
        return Status(location(34468), fmt::format("$zip found a non-array expression in input: {}",
                                                   to_json(values[i])));
      }
    }
    return transpose(values, evaluation);
  }

 private:
  Result<ValueView> transpose(Values values, Evaluation& evaluation) const {
    std::vector<DocumentView::Iterator> at;
    for (std::size_t i = 0; i < inputs_; ++i) at.push_back(values[i].as_document().begin());
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    while (more(at)) {
      CAIRN_RETURN_IF_ERROR(evaluation.step(inputs_));
      builder.push_array();
      for (std::size_t i = 0; i < inputs_; ++i) {
        const bool ended = at[i].at_end();
        builder.push(ended ? default_of(i, values) : at[i]->value);
        if (!ended) ++at[i];
      }
      builder.end();
    }
    builder.finish();
    return Evaluation::array(bytes);
  }

  bool more(const std::vector<DocumentView::Iterator>& at) const {
    std::size_t ended = 0;
    for (const auto& iterator : at) ended += iterator.at_end() ? 1 : 0;
    return longest_ ? ended < at.size() : ended == 0;
  }

  ValueView default_of(std::size_t i, Values values) const {
    const std::size_t place = inputs_ + i;
    if (place >= values.size() || values[place].missing()) return Evaluation::null();
    return values[place];
  }

  std::size_t inputs_;
  bool longest_;
};

struct ZipArguments {
  ValueView inputs;
  ValueView defaults;
  bool longest = false;
};

Status need_expressions(std::int32_t code, std::string_view name, ValueView value) {
  if (value.is_array()) return Status();
  return {location(code),
          fmt::format("{} must be an array of expressions, found {}", name, type_of(value))};
}

Result<ZipArguments> read_arguments(DocumentView argument) {
  ZipArguments arguments;
  for (const Element& field : argument) {
    if (field.name == "inputs") {
      CAIRN_RETURN_IF_ERROR(need_expressions(34461, "inputs", field.value));
      arguments.inputs = field.value;
    } else if (field.name == "defaults") {
      CAIRN_RETURN_IF_ERROR(need_expressions(34462, "defaults", field.value));
      arguments.defaults = field.value;
    } else if (field.name == "useLongestLength") {
      if (field.value.type() != BsonType::kBool) {
        return Status(location(34463), fmt::format("useLongestLength must be a bool, found {}",
                                                   type_of(field.value)));
      }
      arguments.longest = field.value.as_bool();
    } else {
      return Status(location(34464), fmt::format("$zip found an unknown argument: {}", field.name));
    }
  }
  return arguments;
}

Status append_expressions(ValueView array, const Scope& scope, Operands& operands) {
  if (array.missing()) return Status();
  for (const Element& element : array.as_document()) {
    operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(operands.back(), parse_expression(element.value, scope));
  }
  return Status();
}

Result<ExpressionPtr> parse_zip(ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(location(34460), fmt::format("$zip only supports an object as an argument, found "
                                               "{}",
                                               type_of(argument)));
  }
  CAIRN_ASSIGN_OR_RETURN(const ZipArguments arguments, read_arguments(argument.as_document()));
  Operands operands;
  CAIRN_RETURN_IF_ERROR(append_expressions(arguments.inputs, scope, operands));
  const std::size_t inputs = operands.size();
  if (inputs == 0) return Status(location(34465), "$zip requires at least one input array");
  CAIRN_RETURN_IF_ERROR(append_expressions(arguments.defaults, scope, operands));
  const std::size_t defaults = operands.size() - inputs;
  if (defaults > 0 && !arguments.longest) {
    return Status(location(34466), "cannot specify defaults unless useLongestLength is true");
  }
  if (defaults > 0 && defaults != inputs) {
    return Status(location(34467), "defaults and inputs must have the same length");
  }
  return ExpressionPtr(std::make_unique<Zip>(std::move(operands), inputs, arguments.longest));
}

}  // namespace

extern const Operator row_zip{.name = "$zip", .parse = parse_zip, .folded = false};

}  // namespace cairn::expr
