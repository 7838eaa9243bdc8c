#include "engine/aggregate/normalization.h"

#include "engine/bson/shell_text.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace cairn::aggregate {
namespace {

constexpr std::string_view kNames[] = {"none", "sigmoid", "minMaxScaler"};

}  // namespace

Result<Normalization> parse_normalization(std::string_view field, ValueView value) {
  if (!value.is_string()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field '{}' is the wrong type '{}', expected type 'string'",
                              field, type_name(value.type())));
  }
  const auto* name = std::ranges::find(kNames, value.as_string());
  if (name == std::end(kNames)) {
    return Status(ErrorCode::kBadValue,
                  fmt::format("Enumeration value '{}' for field '{}' is not a valid value.",
                              value.as_string(), field));
  }
  return static_cast<Normalization>(name - std::begin(kNames));
}

std::string_view normalization_name(Normalization normalization) {
  return kNames[static_cast<std::size_t>(normalization)];
}

void Normalizer::note(double score) {
  least_ = std::min(least_, score);
  greatest_ = std::max(greatest_, score);
}

double Normalizer::scaled(double score) const {
  if (normalization_ == Normalization::kNone) return score;
  if (normalization_ == Normalization::kSigmoid) return 1 / (1 + std::exp(-score));
  return greatest_ > least_ ? (score - least_) / (greatest_ - least_) : 0;
}

Result<double> score_of(ValueView value) {
  if (value.is_number()) return value.to_double();
  return Status(
      ErrorCode::kTypeMismatch,
      fmt::format("Meta field 'score' requires numeric type, found {}", expr::type_of(value)));
}

std::string score_expression_text(ValueView expression) {
  std::string text = to_shell_text(expression);
  std::ranges::replace(text, '"', '\'');
  return fmt::format("{{ string: {} }}", text);
}

}  // namespace cairn::aggregate
