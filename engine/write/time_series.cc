#include "engine/write/time_series.h"

namespace cairn::write {
namespace {

Status invalid(std::string message) { return {ErrorCode::kInvalidOptions, std::move(message)}; }

bool is_below(std::string_view path, std::string_view field) {
  return path.substr(0, path.find('.')) == field;
}

bool asks_only(DocumentView filter, std::string_view field) {
  for (const Element& part : filter) {
    if (part.name == "$and" || part.name == "$or" || part.name == "$nor") {
      if (!part.value.is_array()) return false;
      for (const Element& inner : part.value.as_document()) {
        if (inner.value.is_document() && !asks_only(inner.value.as_document(), field)) return false;
      }
    } else if (!part.name.starts_with('$') && !is_below(part.name, field)) {
      return false;
    }
  }
  return true;
}

// The first of them that cannot be asked of buckets' metadata; empty: none.
std::string_view forbidden_operator(DocumentView filter) {
  for (const Element& part : filter) {
    if (part.name == "$expr" || part.name == "$where") return part.name;
    if (!part.name.starts_with('$') || !part.value.is_array()) continue;
    for (const Element& inner : part.value.as_document()) {
      if (!inner.value.is_document()) continue;
      const std::string_view found = forbidden_operator(inner.value.as_document());
      if (!found.empty()) return found;
    }
  }
  return {};
}

bool changes_only(DocumentView update, std::string_view field) {
  for (const Element& operation : update) {
    if (!operation.value.is_document()) continue;
    for (const Element& path : operation.value.as_document()) {
      if (!is_below(path.name, field)) return false;
      const bool renamed = operation.name == "$rename" && path.value.is_string();
      if (renamed && !is_below(path.value.as_string(), field)) return false;
    }
  }
  return true;
}

}  // namespace

Status check_series_update(const CollectionRules& rules, const SeriesUpdate& asked) {
  if (!asked.multi) return invalid("Cannot perform a non-multi update on a time-series collection");
  if (asked.upsert) return invalid("Cannot perform an upsert on a time-series collection");
  if (rules.meta_field.empty()) {
    return invalid(
        "Cannot perform an update on a time-series collection that does not have a metaField");
  }
  if (!asked.update.is_document()) {
    return invalid("Cannot perform an update on a time-series collection using a pipeline update");
  }
  if (const std::string_view found = forbidden_operator(asked.filter); !found.empty()) {
    return invalid("Cannot use " + std::string(found) +
                   " when performing an update or delete on a time-series collection");
  }
  if (!asks_only(asked.filter, rules.meta_field)) {
    return invalid(
        "Cannot perform an update or delete on a time-series collection when querying on a field "
        "that is not the metaField '" +
        rules.meta_field + "'");
  }
  if (changes_only(asked.update.as_document(), rules.meta_field)) return Status();
  return invalid(
      "Cannot perform an update on a time-series collection which updates a field that is not the "
      "metaField '" +
      rules.meta_field + "'");
}

}  // namespace cairn::write
