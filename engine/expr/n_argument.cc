#include "engine/expr/n_argument.h"

#include <fmt/format.h>

#include <cmath>

namespace cairn::expr {

Result<NInput> parse_n_input(std::string_view name, ValueView argument, const Scope& scope) {
  if (!argument.is_document()) {
    return Status(
        location(name == "$minN" || name == "$maxN" ? 5787900 : 5787801),
        fmt::format("specification must be an object; found {}: {}", name, to_json(argument)));
  }
  NInput parsed;
  for (const Element& field : argument.as_document()) {
    if (field.name == "n") {
      CAIRN_ASSIGN_OR_RETURN(parsed.n, parse_expression(field.value, scope));
    } else if (field.name == "input") {
      CAIRN_ASSIGN_OR_RETURN(parsed.input, parse_expression(field.value, scope));
    } else {
      return Status(location(5787901),
                    fmt::format("Unknown argument for 'n' operator: {}", field.name));
    }
  }
  if (parsed.n == nullptr) return Status(location(5787906), "Missing value for 'n'");
  if (parsed.input == nullptr) return Status(location(5787907), "Missing value for 'input'");
  return parsed;
}

Result<std::int64_t> evaluate_n(const Expression& n, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView value, n.evaluate(evaluation));
  return to_n(value);
}

Result<std::int64_t> to_n(ValueView value) {
  if (!value.is_number()) {
    return Status(location(5787902),
                  fmt::format("Value for 'n' must be of integral type, but found {}",
                              value.missing() ? "MISSING" : to_json(value)));
  }
  const double rough = value.to_double();
  const bool whole = value.type() == BsonType::kInt64;
  if (!whole && (std::isnan(rough) || std::fabs(rough) >= 0x1p63)) {
    return Status(location(31109),
                  fmt::format("Can't coerce out of range value {} to long", rough));
  }
  const std::int64_t count = value.to_int64_clamped();
  if (!value.to_int64_exact()) {
    return Status(
        location(5787903),
        fmt::format("Value for 'n' must be of integral type, but found {}", to_json(value)));
  }
  if (count <= 0) {
    return Status(location(5787908), fmt::format("'n' must be greater than 0, found {}", count));
  }
  return count;
}

}  // namespace cairn::expr
