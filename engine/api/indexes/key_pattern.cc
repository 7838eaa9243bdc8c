#include "engine/api/indexes/key_pattern.h"

#include "engine/api/indexes/refusals.h"
#include "engine/bson/key_tuples.h"
#include "engine/bson/path.h"
#include "engine/bson/shell_text.h"
#include "engine/bson/type_name.h"
#include "engine/catalog/index_entry.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

namespace cairn::api {
namespace {

// Names that MongoDB knows and refuses.
constexpr std::string_view kColumnstore = "columnstore";
constexpr std::string_view kWildcard = "wildcard";

Status check_plugin(std::string_view plugin) {
  if (plugin.empty())
    return cannot_create("Values in the index key pattern cannot be empty strings");
  if (plugin == "geoHaystack") {
    return cannot_create("GeoHaystack indexes cannot be created in version 5.0 and above");
  }
  if (field_kind(plugin) || plugin == kColumnstore || plugin == kWildcard) return Status();
  return cannot_create(fmt::format("Unknown index plugin '{}'", plugin));
}

Status check_value(ValueView value) {
  if (value.is_string()) return check_plugin(value.as_string());
  if (!value.is_number()) {
    return cannot_create(fmt::format(
        "Values in v:2 index key pattern cannot be of type {}. Only numbers > 0, numbers < 0, and "
        "strings are allowed.",
        type_name(value.type())));
  }
  const double number = value.to_double();
  if (std::isnan(number)) return cannot_create("Values in the index key pattern cannot be NaN.");
  if (number == 0) return cannot_create("Values in the index key pattern cannot be 0.");
  return Status();
}

Status check_refused(ValueView value) {
  if (!value.is_string()) return Status();
  if (value.as_string() == kColumnstore) {
    return {ErrorCode::kNotImplemented, "Columnstore indexes can no longer be created"};
  }
  if (value.as_string() != kWildcard) return Status();
  return {location(7246202), "No wildcard index field is specified for the wildcard index"};
}

// {"$**": "text"}: no wildcard index, but a text index on all that is a text.
bool is_text_everything(const Element& field) {
  return field.name == "$**" && field.value.is_string() && field.value.as_string() == "text";
}

Status check_name(const Element& field) {
  std::string_view name = field.name;
  if (name.empty()) return cannot_create("Index keys cannot be an empty field.");
  if (name == "_fts" && !(field.value.is_string() && field.value.as_string() == "text")) {
    return cannot_create("Index key contains an illegal field name: '_fts'");
  }
  if (is_wildcard_name(name) && field.value.is_number()) {
    name.remove_suffix(std::string_view("$**").size());
    if (name.empty()) return Status();
    name.remove_suffix(1);
  }
  if (is_text_everything(field)) return Status();
  const FieldPath path(name);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view part = path.name(i);
    if (part.empty()) return cannot_create("Index keys cannot contain an empty field.");
    // The fields of a DBRef may be indexed.
    const bool reference = i > 0 && (part == "$id" || part == "$db" || part == "$ref");
    if (part.front() == '$' && !reference) {
      return cannot_create("Index key contains an illegal field name: field name starts with '$'.");
    }
  }
  return Status();
}

Status check_plugins_together(DocumentView pattern, int wildcards) {
  std::string_view plugin;
  int hashed = 0;
  for (const Element& field : pattern) {
    if (!field.value.is_string()) continue;
    const std::string_view name = field.value.as_string();
    if (!plugin.empty() && plugin != name) {
      return cannot_create("Can't use more than one index plugin for a single index.");
    }
    plugin = name;
    if (name == "hashed") ++hashed;
  }
  if (wildcards > 0 && !plugin.empty()) {
    return cannot_create("Can't use more than one index plugin for a single index.");
  }
  if (hashed > 1) {
    return {location(31303),
            fmt::format("A maximum of one index field is allowed to be hashed but found {} for "
                        "'key' {}",
                        hashed, to_shell_text(pattern))};
  }
  return Status();
}

bool covers(std::string_view path, std::string_view field) {
  return FieldPath(path).is_prefix_of(FieldPath(field));
}

// What a wildcard projection does; nullopt: both, which only `_id` may.
enum class Projects : bool { kByExclusion, kByInclusion };
std::optional<Projects> kind_of(DocumentView projection) {
  std::optional<bool> including;
  for (const Element& path : projection) {
    if (path.name == "_id") continue;
    if (including && *including != path.value.truthy()) return std::nullopt;
    including = path.value.truthy();
  }
  return including.value_or(projection["_id"].truthy()) ? Projects::kByInclusion
                                                        : Projects::kByExclusion;
}

// Beside `$**` a projection must say that the other fields are not in it.
Status check_projection_apart(std::string_view field, DocumentView projection) {
  const auto kind = kind_of(projection);
  if (!kind) {
    return {location(7246211),
            "The wildcardProjection cannot combine inclusion and exclusion statements, with the "
            "exception that _id may be excluded for inclusion projections and included for "
            "exclusion projections"};
  }
  const bool including = *kind == Projects::kByInclusion;
  bool excluded = false;
  bool any_behind = false;
  for (const Element& path : projection) {
    if (including && path.value.truthy() && covers(path.name, field)) {
      return {location(7246208),
              fmt::format("Index Key and Wildcard Projection cannot contain overlapping fields, "
                          "however '{}' index field is overlapping with '{}' wildcardProjection "
                          "path",
                          field, path.name)};
    }
    excluded = excluded || (!path.value.truthy() && covers(path.name, field));
    any_behind = any_behind || path.name > field;
  }
  if (including || excluded) return Status();
  // MongoDB walks both in order, and has two numbers for where it finds out.
  return {location(any_behind ? 7246209 : 7246210),
          fmt::format("wildcardProjection paths must exclude all regular index fields, however "
                      "'{}'is not excluded",
                      field)};
}

Status check_compound_wildcard(DocumentView pattern, ValueView projection) {
  std::string wildcard;
  int wildcards = 0;
  for (const Element& field : pattern) {
    if (!is_wildcard_name(field.name)) continue;
    ++wildcards;
    wildcard = field.name;
  }
  if (wildcards > 1) {
    return {location(7246201), "Index Key can contain only one wildcard index field"};
  }
  const bool everything = wildcard == "$**";
  if (everything && !projection.missing() && !projection.is_document()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("The field 'wildcardProjection' must be a non-empty object, but got {}",
                        type_name(projection.type()))};
  }
  if (everything && projection.missing()) {
    return cannot_create(
        "Compound wildcard indexes on all fields must also specify 'wildcardProjection' option");
  }
  // What is wrong with an empty one is said with the other options.
  if (everything && projection.as_document().empty()) return Status();
  for (const Element& field : pattern) {
    if (is_wildcard_name(field.name)) continue;
    if (everything) {
      CAIRN_RETURN_IF_ERROR(check_projection_apart(field.name, projection.as_document()));
    } else if (covers(std::string_view(wildcard).substr(0, wildcard.size() - 4), field.name)) {
      return {location(7246204),
              fmt::format("A wildcard index field should not overlap with and index key fields if "
                          "wildcard projection is empty, however '{}' is overlapping with the "
                          "wildcard index field.",
                          field.name)};
    }
  }
  return Status();
}

}  // namespace

Status check_key_pattern(DocumentView pattern, ValueView projection) {
  if (pattern.empty()) return cannot_create("Index keys cannot be empty.");
  std::size_t fields = 0;
  int wildcards = 0;
  for (const Element& field : pattern) {
    CAIRN_RETURN_IF_ERROR(check_value(field.value));
    CAIRN_RETURN_IF_ERROR(check_name(field));
    CAIRN_RETURN_IF_ERROR(check_refused(field.value));
    ++fields;
    if (is_wildcard_name(field.name) && !is_text_everything(field)) ++wildcards;
  }
  if (fields > kMaxKeyFields) return {location(13103), "too many compound keys"};
  CAIRN_RETURN_IF_ERROR(check_plugins_together(pattern, wildcards));
  return wildcards > 0 && fields > 1 ? check_compound_wildcard(pattern, projection) : Status();
}

bool is_id_pattern(DocumentView pattern) {
  const auto first = pattern.begin();
  return !pattern.empty() && pattern.count() == 1 && first->name == "_id" &&
         first->value.is_number() && first->value.to_int64_exact() == 1;
}

bool is_wildcard_pattern(DocumentView pattern) {
  for (const Element& field : pattern) {
    if (is_wildcard_name(field.name) && !is_text_everything(field)) return true;
  }
  return false;
}

bool same_pattern(DocumentView a, DocumentView b) { return compare(a, b) == 0; }

}  // namespace cairn::api
