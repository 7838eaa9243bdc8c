#include "engine/aggregate/field_effects.h"

namespace cairn::aggregate {
namespace {

std::string_view top(std::string_view path) { return path.substr(0, path.find('.')); }

bool is_flag(ValueView value) { return value.is_number() || value.type() == BsonType::kBool; }

void note_made(std::string_view path, ValueView value, FieldEffects& effects) {
  effects.changed.emplace(top(path));
  if (path.find('.') != std::string_view::npos) return;
  if (const auto from = plain_field(value)) effects.renamed.emplace(path, *from);
}

FieldEffects of_add_fields(DocumentView specification) {
  FieldEffects effects;
  for (const Element& field : specification) note_made(field.name, field.value, effects);
  // A field that is made of one that is changed in the same stage was that one before.
  return effects;
}

bool excludes(DocumentView specification) {
  for (const Element& field : specification) {
    if (field.name == "_id" && specification.count() > 1) continue;
    if (is_flag(field.value)) return !field.value.truthy();
    if (!field.value.is_document() || field.value.as_document().empty()) return false;
    const DocumentView inside = field.value.as_document();
    return !inside.begin()->name.starts_with('$') && excludes(inside);
  }
  return false;
}

FieldEffects of_project(DocumentView specification) {
  FieldEffects effects;
  if (excludes(specification)) {
    for (const Element& field : specification) {
      const bool kept = is_flag(field.value) && field.value.truthy();
      if (!kept) effects.changed.emplace(top(field.name));
    }
    return effects;
  }
  effects.drops_others = true;
  if (specification["_id"].missing()) effects.kept.emplace("_id");
  for (const Element& field : specification) {
    const bool whole = field.name.find('.') == std::string_view::npos && is_flag(field.value);
    if (whole && field.value.truthy()) {
      effects.kept.emplace(field.name);
    } else if (!is_flag(field.value)) {
      note_made(field.name, field.value, effects);
    }
  }
  return effects;
}

FieldEffects of_unset(ValueView specification) {
  FieldEffects effects;
  if (specification.is_string()) effects.changed.emplace(top(specification.as_string()));
  if (!specification.is_array()) return effects;
  for (const Element& field : specification.as_document()) {
    effects.changed.emplace(top(field.value.as_string()));
  }
  return effects;
}

FieldEffects of_unwind(ValueView specification) {
  FieldEffects effects;
  ValueView path = specification;
  if (specification.is_document()) {
    path = specification.as_document()["path"];
    const ValueView index = specification.as_document()["includeArrayIndex"];
    if (index.is_string()) effects.changed.emplace(top(index.as_string()));
  }
  effects.changed.emplace(top(path.as_string().substr(1)));
  return effects;
}

// Of one that only puts values where there are none; nullopt where it looks at other documents.
std::optional<FieldEffects> of_fill(DocumentView specification) {
  FieldEffects effects;
  for (const Element& output : specification["output"].as_document()) {
    if (output.value.as_document()["value"].missing()) return std::nullopt;
    effects.changed.emplace(top(output.name));
  }
  return effects;
}

// Adds the fields that an expression reads; false where they cannot be told.
bool add_read(ValueView expression, std::set<std::string>& fields) {
  if (expression.is_string()) {
    const std::string_view text = expression.as_string();
    if (text.starts_with("$$")) return false;
    if (text.starts_with('$')) fields.emplace(top(text.substr(1)));
    return true;
  }
  if (!expression.is_document() && !expression.is_array()) return true;
  for (const Element& element : expression.as_document()) {
    if (element.name == "$rand" || element.name == "$meta" || element.name == "$function")
      return false;
    if (element.name == "$literal" || element.name == "$const") continue;
    if (!add_read(element.value, fields)) return false;
  }
  return true;
}

bool add_fields_of(std::string_view name, ValueView condition, std::set<std::string>& fields) {
  if (!name.starts_with('$')) {
    fields.emplace(top(name));
    return true;
  }
  if (name == "$expr") return add_read(condition, fields);
  if (name != "$and" && name != "$or" && name != "$nor") return false;
  for (const Element& part : condition.as_document()) {
    for (const Element& inner : part.value.as_document()) {
      if (!add_fields_of(inner.name, inner.value, fields)) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> FieldEffects::before(std::string_view field) const {
  if (const auto from = renamed.find(field); from != renamed.end()) return from->second;
  if (changed.contains(field)) return std::nullopt;
  if (drops_others && !kept.contains(field)) return std::nullopt;
  return std::string(field);
}

std::optional<FieldEffects> field_effects(std::string_view stage, ValueView specification) {
  if (stage == "$sort") return FieldEffects{};
  if (stage == "$addFields" || stage == "$set") return of_add_fields(specification.as_document());
  if (stage == "$project") return of_project(specification.as_document());
  if (stage == "$unset") return of_unset(specification);
  if (stage == "$unwind") return of_unwind(specification);
  if (stage == "$fill") return of_fill(specification.as_document());
  if (stage != "$lookup" && stage != "$graphLookup") return std::nullopt;
  FieldEffects effects;
  effects.changed.emplace(top(specification.as_document()["as"].as_string()));
  return effects;
}

std::optional<std::string_view> plain_field(ValueView expression) {
  if (!expression.is_string()) return std::nullopt;
  const std::string_view text = expression.as_string();
  const bool plain = text.size() > 1 && text[0] == '$' && text[1] != '$' &&
                     text.find('.') == std::string_view::npos;
  return plain ? std::optional(text.substr(1)) : std::nullopt;
}

std::optional<std::set<std::string>> fields_of(std::string_view name, ValueView condition) {
  std::set<std::string> fields;
  if (!add_fields_of(name, condition, fields)) return std::nullopt;
  return fields;
}

}  // namespace cairn::aggregate
