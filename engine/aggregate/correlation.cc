#include "engine/aggregate/correlation.h"

namespace cairn::aggregate {
namespace {

bool is_changing(std::string_view text, const expr::Bindings& bindings) {
  if (!text.starts_with("$$")) return false;
  const std::string_view name = text.substr(2, text.find('.') - 2);
  const expr::Bindings::Binding* binding = bindings.find(name);
  return binding != nullptr && !binding->constant;
}

std::optional<CorrelatedEquality> equality_of(ValueView field, ValueView variable,
                                              const expr::Bindings& bindings) {
  if (!field.is_string() || !variable.is_string()) return std::nullopt;
  const std::string_view path = field.as_string();
  if (path.size() < 2 || path[0] != '$' || path[1] == '$') return std::nullopt;
  if (!is_changing(variable.as_string(), bindings)) return std::nullopt;
  return CorrelatedEquality{path.substr(1), variable};
}

// In an expression that must be true.
std::optional<CorrelatedEquality> in_expression(ValueView expression,
                                                const expr::Bindings& bindings) {
  if (!expression.is_document() || expression.as_document().count() != 1) return std::nullopt;
  const Element op = *expression.as_document().begin();
  if (!op.value.is_array()) return std::nullopt;
  const DocumentView operands = op.value.as_document();
  if (op.name == "$eq" && operands.count() == 2) {
    const ValueView first = operands["0"];
    const ValueView second = operands["1"];
    const auto found = equality_of(first, second, bindings);
    return found ? found : equality_of(second, first, bindings);
  }
  if (op.name != "$and") return std::nullopt;
  for (const Element& operand : operands) {
    if (const auto found = in_expression(operand.value, bindings)) return found;
  }
  return std::nullopt;
}

std::optional<CorrelatedEquality> in_filter(DocumentView filter, const expr::Bindings& bindings) {
  for (const Element& field : filter) {
    if (field.name == "$expr") {
      if (const auto found = in_expression(field.value, bindings)) return found;
    }
    if (field.name != "$and" || !field.value.is_array()) continue;
    for (const Element& part : field.value.as_document()) {
      if (!part.value.is_document()) continue;
      if (const auto found = in_filter(part.value.as_document(), bindings)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<CorrelatedEquality> correlated_equality(DocumentView stages,
                                                      const expr::Bindings& bindings) {
  if (stages.empty() || !stages.begin()->value.is_document()) return std::nullopt;
  const ValueView filter = stages.begin()->value.as_document()["$match"];
  return filter.is_document() ? in_filter(filter.as_document(), bindings) : std::nullopt;
}

bool gives_the_same(DocumentView stages, const expr::Bindings& bindings) {
  for (const Element& element : stages) {
    if (element.name == "$rand" || element.name == "$sample" || element.name == "$sampleRate") {
      return false;
    }
    const ValueView value = element.value;
    if (value.is_string() && is_changing(value.as_string(), bindings)) return false;
    const bool nested = value.is_document() || value.is_array();
    if (nested && !gives_the_same(value.as_document(), bindings)) return false;
  }
  return true;
}

}  // namespace cairn::aggregate
