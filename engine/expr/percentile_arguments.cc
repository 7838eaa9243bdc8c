#include "engine/expr/percentile_arguments.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Status not_shares(ErrorCode code, ValueView found) {
  return {code, fmt::format("The $percentile 'p' field must be an array of numbers from [0.0, "
                            "1.0], but found: {}",
                            to_json(found))};
}

Result<std::vector<double>> parse_shares(ValueView value, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const ExpressionPtr expression, parse_expression(value, scope));
  const Value* constant = expression->constant();
  if (constant == nullptr) {
    return Status(location(7750300),
                  fmt::format("The $percentile 'p' field must be an array of constant values, but "
                              "found value: {}.",
                              to_json(value)));
  }
  const ValueView given = constant->view();
  if (!given.is_array() || given.as_document().empty()) return not_shares(location(7750301), given);
  std::vector<double> shares;
  for (const Element& element : given.as_document()) {
    if (!element.value.is_number()) return not_shares(location(7750302), element.value);
    const double share = element.value.to_double();
    if (!(share >= 0 && share <= 1)) return not_shares(location(7750303), element.value);
    shares.push_back(share);
  }
  return shares;
}

Status check_method_type(std::string_view name, ValueView method) {
  if (method.is_string()) return Status();
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '{}.method' is the wrong type '{}', expected type 'string'", name,
                      type_of(method))};
}

Status check_method(ValueView method) {
  if (method.as_string() == "approximate") return Status();
  return {ErrorCode::kBadValue,
          "Currently only 'approximate' can be used as a percentile 'method'."};
}

Status missing_field(std::string_view name, std::string_view field) {
  return {ErrorCode::kIDLFailedToParse,
          fmt::format("BSON field '{}.{}' is missing but a required field", name, field)};
}

}  // namespace

Result<PercentileArguments> parse_percentile(std::string_view name, ValueView argument,
                                             PercentileForm form, const Scope& scope) {
  const bool median = form == PercentileForm::kMedian;
  if (!argument.is_document()) {
    return Status(
        location(median ? 7436100 : 7429703),
        fmt::format("specification must be an object; found {}: {}", name, to_json(argument)));
  }
  const DocumentView given = argument.as_document();
  for (const Element& field : given) {
    if (field.name == "input" || field.name == "method" || (field.name == "p" && !median)) continue;
    return Status(ErrorCode::kIDLUnknownField,
                  fmt::format("BSON field '{}.{}' is an unknown field.", name, field.name));
  }
  for (const std::string_view field : {"input", "p", "method"}) {
    const ValueView value = given[field];
    const bool absent = field == "method" ? !value.has_value() : value.missing();
    if (absent && !(median && field == "p")) return missing_field(name, field);
  }
  CAIRN_RETURN_IF_ERROR(check_method_type(name, given["method"]));
  PercentileArguments parsed;
  CAIRN_ASSIGN_OR_RETURN(parsed.input, parse_expression(given["input"], scope));
  parsed.shares = {0.5};
  if (!median) {
    CAIRN_ASSIGN_OR_RETURN(parsed.shares, parse_shares(given["p"], scope));
  }
  CAIRN_RETURN_IF_ERROR(check_method(given["method"]));
  return parsed;
}

}  // namespace cairn::expr
