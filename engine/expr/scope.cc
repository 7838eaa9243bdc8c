#include "engine/expr/scope.h"

#include "engine/expr/evaluation.h"
#include "engine/expr/expression.h"
#include "engine/expr/leaf.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool beyond_ascii(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }

}  // namespace

Bindings::Bindings(Date now, Timestamp cluster_time) {
  now_ = {"NOW", Value::date(now)};
  if (cluster_time.value() != 0) cluster_time_ = {"CLUSTER_TIME", Value::timestamp(cluster_time)};
}

Bindings Bindings::running_clock() {
  Bindings bindings(static_cast<const Bindings*>(nullptr));
  bindings.running_clock_ = true;
  return bindings;
}

Bindings clock_bindings() { return Bindings(Date::now()); }

Status Bindings::define_let(DocumentView let) {
  for (const Element& variable : let) {
    CAIRN_RETURN_IF_ERROR(check_variable_name(variable.name));
    CAIRN_ASSIGN_OR_RETURN(const ExpressionPtr expression,
                           parse_expression(variable.value, Scope(this)));
    if (reads_document(*expression)) {
      return {location(4890500),
              "Command let Expression tried to access a field, but this is not "
              "allowed because command let expressions run before the query "
              "examines any documents."};
    }
    Evaluation evaluation((DocumentView()));
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, expression->evaluate(evaluation));
    define(variable.name, Value(value));
  }
  return Status();
}

void Bindings::define(std::string_view name, Value value) {
  others_.push_back(std::make_unique<Binding>(Binding{std::string(name), std::move(value)}));
}

Value* Bindings::define_variable(std::string_view name) {
  others_.push_back(std::make_unique<Binding>(Binding{std::string(name), Value(), false}));
  return &others_.back()->value;
}

const Bindings::Binding* Bindings::find(std::string_view name) const {
  for (auto binding = others_.rbegin(); binding != others_.rend(); ++binding) {
    if ((*binding)->name == name) return binding->get();
  }
  if (!now_.name.empty() && now_.name == name) return &now_;
  if (!cluster_time_.name.empty() && cluster_time_.name == name) return &cluster_time_;
  return outer_ == nullptr ? nullptr : outer_->find(name);
}

std::uint32_t Scope::define(std::string_view name) {
  variables_.push_back({std::string(name), next_slot_});
  return next_slot_++;
}

std::optional<std::uint32_t> Scope::slot(std::string_view name) const {
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
    if (variable->name != name) continue;
    variable->asked_for = true;
    return variable->slot;
  }
  return outer_ == nullptr ? std::nullopt : outer_->slot(name);
}

bool Scope::asked_for(std::uint32_t slot) const {
  return std::ranges::any_of(variables_,
                             [&](const Variable& v) { return v.slot == slot && v.asked_for; });
}

Status check_variable_name(std::string_view name) {
  if (name.empty()) return {ErrorCode::kFailedToParse, "empty variable names are not allowed"};
  if (name == "CURRENT") return Status();
  if (!is_lower(name[0]) && !beyond_ascii(name[0])) {
    return {ErrorCode::kFailedToParse,
            fmt::format("'{}' starts with an invalid character for a user variable name", name)};
  }
  for (const char c : name) {
    if (is_lower(c) || is_upper(c) || is_ascii_digit(c) || c == '_' || beyond_ascii(c)) continue;
    return {ErrorCode::kFailedToParse,
            fmt::format("'{}' contains an invalid character for a variable name: '{}'", name, c)};
  }
  return Status();
}

}  // namespace cairn::expr
