#include "engine/catalog/time_series.h"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace cairn {
namespace {

constexpr std::int64_t kLongestSpan = 31'536'000;  // a year

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
  if (value.as_string().find('.') == std::string_view::npos) return value.as_string();
  return invalid_options(fmt::format("{}: '{}' must be a top-level field and not contain a '.'",
                                     given.name.to_string(), which));
}

Status check_names(const Given& given) {
  const DocumentView series = given.series;
  for (const Element& field : series) {
    if (field.name == "timeField" || field.name == "metaField" || field.name == "granularity" ||
        field.name == "bucketMaxSpanSeconds" || field.name == "bucketRoundingSeconds") {
      continue;
    }
    return {location(40415),
            fmt::format("BSON field '{}.{}' is an unknown field.", given.field, field.name)};
  }
  if (!series["timeField"].missing()) return Status();
  return {location(40414),
          fmt::format("BSON field '{}.timeField' is missing but a required field", given.field)};
}

// How long a bucket spans by its granularity.
std::optional<std::int32_t> span_of(std::string_view granularity) {
  if (granularity == "seconds") return 3600;
  if (granularity == "minutes") return 86'400;
  if (granularity == "hours") return 2'592'000;
  return std::nullopt;
}

std::optional<std::int64_t> seconds(DocumentView series, std::string_view name) {
  const ValueView value = series[name];
  if (!value.is_number()) return std::nullopt;
  return value.to_int64_clamped();
}

// Appends what says how buckets are cut: a granularity or a span.
Status append_span(const Given& asked, DocumentBuilder& kept) {
  const DocumentView series = asked.series;
  const auto span = seconds(series, "bucketMaxSpanSeconds");
  const auto rounding = seconds(series, "bucketRoundingSeconds");
  if (!span && !rounding) {
    const ValueView given = series["granularity"];
    const std::string_view granularity = given.is_string() ? given.as_string() : "seconds";
    const auto implied = span_of(granularity);
    if (!implied) {
      return {ErrorCode::kBadValue,
              fmt::format("Enumeration value '{}' for field '{}.granularity' is not a valid value.",
                          granularity, asked.field)};
    }
    kept.append("granularity", granularity).append("bucketMaxSpanSeconds", *implied);
    return Status();
  }
  for (const auto& one : {span, rounding}) {
    if (one && (*one < 1 || *one > kLongestSpan)) {
      return {ErrorCode::kBadValue,
              fmt::format("BSON field 'bucketMaxSpanSeconds' value must be >= 1 and <= {}, actual "
                          "value '{}'",
                          kLongestSpan, *one)};
    }
  }
  if (span != rounding) {
    return invalid_options(
        "Failed to create timeseries collection :: caused by :: Time-series "
        "'bucketRoundingSeconds' must be equal to 'bucketMaxSpanSeconds'");
  }
  kept.append("bucketRoundingSeconds", static_cast<std::int32_t>(*rounding));
  kept.append("bucketMaxSpanSeconds", static_cast<std::int32_t>(*span));
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
  CAIRN_RETURN_IF_ERROR(check_names(given));
  CAIRN_ASSIGN_OR_RETURN(const std::string_view time, field_name(given, "timeField"));
  DocumentBuilder kept;
  kept.append("timeField", time);
  if (!given.series["metaField"].missing()) {
    CAIRN_ASSIGN_OR_RETURN(const std::string_view meta, field_name(given, "metaField"));
    if (meta == "_id") return invalid_options("'metaField' cannot be \"_id\"");
    if (meta == time) return invalid_options("'metaField' cannot be the same as 'timeField'");
    kept.append("metaField", meta);
  }
  CAIRN_RETURN_IF_ERROR(append_span(given, kept));
  return kept.take();
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
