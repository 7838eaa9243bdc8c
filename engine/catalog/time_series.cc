#include "engine/catalog/time_series.h"

#include "engine/catalog/bucket_span.h"

#include <fmt/format.h>

#include <string>

namespace cairn {
namespace {

Status invalid_options(std::string why) { return {ErrorCode::kInvalidOptions, std::move(why)}; }

// What an option is, and what errors call it.
struct Given {
  const Namespace& name;
  std::string_view field;
  DocumentView series;
};

Result<std::string_view> field_name(const Given& given, std::string_view which) {
  const ValueView value = given.series[which];
  if (!value.is_string()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field '{}.{}' is the wrong type '{}', expected type 'string'",
                              given.field, which, type_name(value.type())));
  }
  if (value.as_string().find('\0') != std::string_view::npos) {
    return Status(ErrorCode::kBadValue,
                  "The 'timeField' or the 'metaField' cannot contain embedded null bytes");
  }
  if (value.as_string().starts_with('$')) {
    return Status(ErrorCode::kBadValue, "The 'timeField' or 'metaField' cannot start with '$'");
  }
  if (value.as_string().find('.') == std::string_view::npos) return value.as_string();
  return invalid_options(fmt::format("{}: '{}' must be a top-level field and not contain a '.'",
                                     given.name.to_string(), which));
}

Status wrong_type(const Given& given, const Element& field, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field '{}.{}' is the wrong type '{}', expected {}", given.field,
                      field.name, type_name(field.value.type()), expected)};
}

// Null is absent.
Status check_fields(const Given& given) {
  for (const Element& field : given.series) {
    const bool absent = !field.value.has_value();
    if (field.name == "timeField" || field.name == "metaField" || field.name == "granularity") {
      if (absent || field.value.is_string()) continue;
      return wrong_type(given, field, "type 'string'");
    }
    if (field.name == "bucketMaxSpanSeconds" || field.name == "bucketRoundingSeconds") {
      if (absent || field.value.is_number()) continue;
      return wrong_type(given, field, "types '[long, int, decimal, double]'");
    }
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '{}.{}' is an unknown field.", given.field, field.name)};
  }
  return Status();
}

// Of a field of the metaField, or it itself.
bool is_meta(const CollectionRules& rules, std::string_view path) {
  return !rules.meta_field.empty() && path.substr(0, path.find('.')) == rules.meta_field;
}

Status check_time_series_key(const CollectionRules& rules, DocumentView pattern) {
  for (const Element& field : pattern) {
    if (field.value.is_string() && field.value.as_string() == "text") {
      return invalid_options("Text indexes are not supported on time-series collections");
    }
    if (is_meta(rules, field.name)) continue;
    if (field.name == "$**") {
      return {location(7246201), "Index Key can contain only one wildcard index field"};
    }
    if (field.value.is_number()) continue;
    if (field.value.is_string() && field.value.as_string() == "2dsphere") continue;
    return {ErrorCode::kCannotCreateIndex,
            fmt::format("Invalid index spec for time-series collection: {}. Indexes on measurement "
                        "fields must be ascending or descending (numbers only), or '2dsphere'",
                        field.name)};
  }
  return Status();
}

bool is_of_measurements(const CollectionRules& rules, DocumentView pattern) {
  for (const Element& field : pattern) {
    if (!is_meta(rules, field.name)) return true;
  }
  return false;
}

}  // namespace

Result<Document> check_time_series(const Namespace& name, std::string_view field,
                                   ValueView option) {
  if (!option.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field '{}' is the wrong type '{}', expected type 'object'",
                              field, type_name(option.type())));
  }
  const Given given{name, field, option.as_document()};
  CAIRN_RETURN_IF_ERROR(check_fields(given));
  if (!given.series["timeField"].has_value()) {
    return Status(ErrorCode::kIDLFailedToParse,
                  fmt::format("BSON field '{}.timeField' is missing but a required field", field));
  }
  CAIRN_ASSIGN_OR_RETURN(const BucketSpan span, BucketSpan::read(field, given.series));
  CAIRN_ASSIGN_OR_RETURN(const std::string_view time, field_name(given, "timeField"));
  DocumentBuilder kept;
  kept.append("timeField", time);
  if (given.series["metaField"].has_value()) {
    CAIRN_ASSIGN_OR_RETURN(const std::string_view meta, field_name(given, "metaField"));
    if (meta == "_id") return invalid_options("'metaField' cannot be \"_id\"");
    if (meta == time) return invalid_options("'metaField' cannot be the same as 'timeField'");
    kept.append("metaField", meta);
  }
  CAIRN_RETURN_IF_ERROR(span.check());
  span.append(kept);
  return kept.take();
}

Result<Document> change_time_series(const Namespace& name, DocumentView option, ValueView change) {
  constexpr std::string_view kField = "collMod.timeseries";
  if (!change.is_document()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field '{}' is the wrong type '{}', expected type 'object'",
                              kField, type_name(change.type())));
  }
  const Given given{name, kField, change.as_document()};
  for (const Element& field : given.series) {
    if (field.name != "timeField" && field.name != "metaField") continue;
    return Status(ErrorCode::kIDLUnknownField,
                  fmt::format("BSON field '{}.{}' is an unknown field.", kField, field.name));
  }
  CAIRN_RETURN_IF_ERROR(check_fields(given));
  CAIRN_ASSIGN_OR_RETURN(const BucketSpan to, BucketSpan::read(kField, given.series));
  CAIRN_ASSIGN_OR_RETURN(const BucketSpan from, BucketSpan::read(kField, option));
  CAIRN_RETURN_IF_ERROR(to.check_change_from(from));
  DocumentBuilder changed;
  changed.append("timeField", option["timeField"]).append("metaField", option["metaField"]);
  to.append(changed);
  return changed.take();
}

std::vector<IndexDefinition> time_series_indexes(DocumentView options) {
  const ValueView series = options["timeseries"];
  if (!series.is_document()) return {};
  const ValueView meta = series.as_document()["metaField"];
  const ValueView time = series.as_document()["timeField"];
  if (!meta.is_string() || !time.is_string()) return {};
  const std::string name = fmt::format("{}_1_{}_1", meta.as_string(), time.as_string());
  Document key = document(meta.as_string(), 1, time.as_string(), 1);
  std::vector<IndexDefinition> indexes;
  indexes.push_back({.name = name, .spec = document("v", 2, "key", key, "name", name)});
  return indexes;
}

Status check_time_series_index(const CollectionRules& rules, DocumentView specification) {
  if (specification["unique"].truthy()) {
    return invalid_options("Unique indexes are not supported on time-series collections");
  }
  const DocumentView pattern = specification["key"].as_document();
  if (specification["sparse"].truthy() && is_of_measurements(rules, pattern)) {
    return invalid_options("Sparse indexes are not supported on time-series measurements");
  }
  const bool by_time = pattern.begin()->name == rules.time_field;
  const bool filtered = !specification["partialFilterExpression"].missing();
  if (!specification["expireAfterSeconds"].missing() && !(by_time && filtered)) {
    return invalid_options(
        "TTL indexes on time-series collections require a partialFilterExpression on the "
        "metaField");
  }
  return check_time_series_key(rules, pattern);
}

}  // namespace cairn
