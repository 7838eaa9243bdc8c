#include "engine/catalog/rules.h"

#include <utility>

namespace cairn {
namespace {

std::string text_of(ValueView value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

ValidationLevel level_of(ValueView value) {
  const std::string name = text_of(value);
  if (name == "off") return ValidationLevel::kOff;
  return name == "moderate" ? ValidationLevel::kModerate : ValidationLevel::kStrict;
}

ValidationAction action_of(ValueView value) {
  const std::string name = text_of(value);
  if (name == "warn") return ValidationAction::kWarn;
  return name == "errorAndLog" ? ValidationAction::kErrorAndLog : ValidationAction::kError;
}

}  // namespace

CollectionRules CollectionRules::of(DocumentView options, CollationPtr collation) {
  CollectionRules rules;
  rules.level = level_of(options["validationLevel"]);
  rules.action = action_of(options["validationAction"]);
  const ValueView validator = options["validator"];
  if (validator.is_document() && !validator.as_document().empty()) {
    const expr::Bindings clock = expr::Bindings::running_clock();
    auto matcher = match::Matcher::parse(validator.as_document(),
                                         {.bindings = &clock, .collation = std::move(collation)});
    if (matcher.ok()) {
      rules.validator.emplace(std::move(*matcher));
    } else {
      rules.broken = matcher.take_status();
    }
  }
  if (options["capped"].truthy()) {
    CappedLimits limits;
    if (options["size"].is_number()) limits.bytes = options["size"].to_int64_clamped();
    if (options["max"].is_number()) limits.documents = options["max"].to_int64_clamped();
    rules.capped = limits;
  }
  rules.view_on = text_of(options["viewOn"]);
  if (const ValueView series = options["timeseries"]; series.is_document()) {
    rules.time_field = text_of(series.as_document()["timeField"]);
    rules.meta_field = text_of(series.as_document()["metaField"]);
  }
  return rules;
}

}  // namespace cairn
