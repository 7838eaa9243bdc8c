#include "engine/aggregate/reads.h"

namespace cairn::aggregate {
namespace {

using Fields = std::vector<FieldPath>;

// Of an expression: false where it has variables, or what is not to be evaluated.
bool add_fields(ValueView expression, Fields& fields) {
  if (expression.is_string()) {
    const std::string_view text = expression.as_string();
    if (!text.starts_with('$')) return true;
    if (text.starts_with("$$")) return false;
    fields.emplace_back(text.substr(1));
    return true;
  }
  if (!expression.is_document() && !expression.is_array()) return true;
  for (const Element& part : expression.as_document()) {
    if (part.name == "$literal" || part.name == "$meta" || part.name == "$getField") return false;
    if (!add_fields(part.value, fields)) return false;
  }
  return true;
}

// A projection of nothing but names to keep.
std::optional<Fields> kept_by(DocumentView projection) {
  Fields fields;
  bool id = true;
  for (const Element& field : projection) {
    const bool flag = field.value.is_number() || field.value.type() == BsonType::kBool;
    if (!flag) return std::nullopt;
    if (field.name == "_id") {
      id = field.value.truthy();
      continue;
    }
    if (!field.value.truthy()) return std::nullopt;
    fields.emplace_back(field.name);
  }
  if (fields.empty()) return std::nullopt;
  if (id) fields.emplace_back("_id");
  return fields;
}

}  // namespace

std::optional<Fields> fields_read(std::string_view stage, ValueView specification) {
  Fields fields;
  if (stage == "$count") return fields;
  if (!specification.is_document()) return std::nullopt;
  if (stage == "$project") return kept_by(specification.as_document());
  if (stage == "$group" && add_fields(specification, fields)) return fields;
  return std::nullopt;
}

}  // namespace cairn::aggregate
