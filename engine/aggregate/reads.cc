#include "engine/aggregate/reads.h"

#include "engine/aggregate/field_effects.h"

#include <utility>

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
    if (part.name == "sortBy" && part.value.is_document()) {  // of $top, $setWindowFields, …
      for (const Element& field : part.value.as_document()) fields.emplace_back(field.name);
      continue;
    }
    if (!add_fields(part.value, fields)) return false;
  }
  return true;
}

// Something that is computed, at the top: below, it depends on what the document has there.
bool is_computed(const Element& field) {
  if (field.name.find('.') != std::string_view::npos) return false;
  if (field.value.is_string()) return true;
  if (!field.value.is_document() || field.value.as_document().empty()) return false;
  return field.value.as_document().begin()->name.starts_with('$');
}

// A projection of nothing but names to keep and what is computed beside them.
std::optional<Fields> kept_by(DocumentView projection) {
  Fields fields;
  bool id = true;
  for (const Element& field : projection) {
    const bool flag = field.value.is_number() || field.value.type() == BsonType::kBool;
    if (!flag) {
      if (!is_computed(field) || !add_fields(field.value, fields)) return std::nullopt;
      if (field.name == "_id") id = false;
      continue;
    }
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

void add_tops(const Fields& paths, std::set<std::string>& names) {
  for (const FieldPath& path : paths) names.emplace(path.name(0));
}

// Of a stage that passes documents on with all that it does not change: what it looks at. False of
// any other.
bool passes_on(std::string_view stage, ValueView specification, Fields& fields) {
  if (stage == "$sort") {
    for (const Element& field : specification.as_document()) fields.emplace_back(field.name);
    return true;
  }
  if (stage == "$unwind") {
    const ValueView path =
        specification.is_document() ? specification.as_document()["path"] : specification;
    return add_fields(path, fields);
  }
  const bool adds = stage == "$addFields" || stage == "$set" || stage == "$setWindowFields";
  return adds && add_fields(specification, fields);
}

}  // namespace

std::optional<Fields> fields_read(std::string_view stage, ValueView specification) {
  Fields fields;
  if (stage == "$count") return fields;
  if (stage == "$sortByCount" && add_fields(specification, fields)) return fields;
  if (!specification.is_document()) return std::nullopt;
  if (stage == "$project") return kept_by(specification.as_document());
  const bool groups = stage == "$group" || stage == "$bucketAuto";
  if (groups && add_fields(specification, fields)) return fields;
  return std::nullopt;
}

NeededFields fields_needed(std::string_view stage, ValueView specification, NeededFields behind) {
  if (const auto fields = fields_read(stage, specification)) {
    behind.emplace();
    add_tops(*fields, *behind);
    return behind;
  }
  if (!behind || stage == "$limit" || stage == "$skip") return behind;
  Fields fields;
  if (passes_on(stage, specification, fields)) {
    add_tops(fields, *behind);
    return behind;
  }
  if (stage != "$match") return std::nullopt;
  for (const Element& condition : specification.as_document()) {
    const auto asked = fields_of(condition.name, condition.value);
    if (!asked) return std::nullopt;
    behind->insert(asked->begin(), asked->end());
  }
  return behind;
}

}  // namespace cairn::aggregate
