#include "engine/aggregate/field_values.h"

namespace cairn::aggregate {

std::size_t FieldValues::add(const expr::Expression& expression) {
  const std::size_t at = values_.size();
  values_.emplace_back();
  const FieldPath* path = expression.path();
  if (path == nullptr || path->size() != 1) {
    others_.emplace_back(&expression, at);
    return at;
  }
  for (const Field& field : fields_) {
    if (field.name == path->text()) {
      same_.emplace_back(at, field.at);
      return at;
    }
  }
  fields_.push_back({path->text(), at});
  return at;
}

Status FieldValues::read(expr::Evaluation& evaluation) {
  if (!fields_.empty()) read_fields(evaluation.root());
  for (const auto& [expression, at] : others_) {
    CAIRN_ASSIGN_OR_RETURN(values_[at], expression->evaluate(evaluation));
  }
  for (const auto& [at, first] : same_) values_[at] = values_[first];
  return Status();
}

void FieldValues::read_fields(DocumentView document) {
  for (Field& field : fields_) {
    field.found = false;
    values_[field.at] = ValueView();
  }
  std::size_t left = fields_.size();
  for (const Element& element : document) {
    for (Field& field : fields_) {
      if (field.found || field.name != element.name) continue;
      field.found = true;
      values_[field.at] = element.value;
      if (--left == 0) return;
      break;
    }
  }
}

}  // namespace cairn::aggregate
