#include "engine/expr/date_part.h"

#include "engine/expr/dates.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::expr {
namespace {

class PartOfDate final : public Expression {
 public:
  PartOfDate(DatePart part, Operands operands) : Expression(std::move(operands)), part_(part) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView date, operands_[0]->evaluate(evaluation));
    if (!date.has_value()) return Evaluation::null();
    CAIRN_ASSIGN_OR_RETURN(std::int64_t moment, to_milliseconds(date));
    if (operands_.size() > 1) {
      CAIRN_ASSIGN_OR_RETURN(const ValueView name, operands_[1]->evaluate(evaluation));
      CAIRN_ASSIGN_OR_RETURN(const auto zone, to_time_zone(name));
      if (!zone) return Evaluation::null();
      moment = zone->to_local(moment);
    }
    return part_(civil_time(moment), evaluation);
  }

 private:
  DatePart part_;
};

// Not an expression but the operator's own options.
bool has_options(ValueView argument) {
  if (!argument.is_document()) return false;
  const DocumentView document = argument.as_document();
  return document.empty() || !document.begin()->name.starts_with('$');
}

Result<Operands> parse_options(std::string_view name, DocumentView options, const Scope& scope) {
  ValueView date;
  ValueView zone;
  for (const Element& option : options) {
    if (option.name == "date") {
      date = option.value;
    } else if (option.name == "timezone") {
      zone = option.value;
    } else {
      return Status(location(40535),
                    fmt::format("unrecognized option to {}: \"{}\"", name, option.name));
    }
  }
  if (date.missing()) {
    return Status(location(40539), fmt::format("missing 'date' argument to {}, provided: {}: {}",
                                               name, name, to_json(options)));
  }
  Operands operands(1);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(date, scope));
  if (!zone.missing()) {
    operands.emplace_back();
    CAIRN_ASSIGN_OR_RETURN(operands[1], parse_expression(zone, scope));
    const Value* const constant = operands[1]->constant();
    const bool early =
        scope.folding() == Folding::kEverywhere && operands[0]->constant() == nullptr;
    if (early && constant != nullptr) CAIRN_RETURN_IF_ERROR(check_time_zone(*constant));
  }
  return operands;
}

Result<Operands> parse_dates(std::string_view name, ValueView argument, const Scope& scope) {
  if (has_options(argument)) return parse_options(name, argument.as_document(), scope);
  if (argument.is_array()) {
    const std::uint32_t count = argument.as_document().count();
    if (count != 1) {
      return Status(location(40536), fmt::format("{} accepts exactly one argument if given an "
                                                 "array, but was given {}",
                                                 name, count));
    }
    argument = argument.as_document().begin()->value;
  }
  Operands operands(1);
  CAIRN_ASSIGN_OR_RETURN(operands[0], parse_expression(argument, scope));
  return operands;
}

}  // namespace

Result<ExpressionPtr> parse_date_part(std::string_view name, ValueView argument, const Scope& scope,
                                      DatePart part) {
  CAIRN_ASSIGN_OR_RETURN(Operands operands, parse_dates(name, argument, scope));
  return ExpressionPtr(std::make_unique<PartOfDate>(part, std::move(operands)));
}

}  // namespace cairn::expr
