#include "engine/api/time_series_options.h"

#include "engine/api/indexes/refusals.h"

#include <fmt/format.h>

#include <optional>

namespace cairn::api {
namespace {

constexpr std::int64_t kLongestSpan = 31'536'000;  // a year

Result<std::string_view> field_name(const Namespace& name, DocumentView series,
                                    std::string_view which) {
  const ValueView value = series[which];
  if (!value.is_string()) {
    return Status(ErrorCode::kTypeMismatch,
                  fmt::format("BSON field 'create.timeseries.{}' is the wrong type '{}', expected "
                              "type 'string'",
                              which, type_name(value.type())));
  }
  if (value.as_string().find('.') == std::string_view::npos) return value.as_string();
  return invalid_options(fmt::format("{}: '{}' must be a top-level field and not contain a '.'",
                                     name.to_string(), which));
}

Status check_names(DocumentView series) {
  for (const Element& field : series) {
    if (field.name == "timeField" || field.name == "metaField" || field.name == "granularity" ||
        field.name == "bucketMaxSpanSeconds" || field.name == "bucketRoundingSeconds") {
      continue;
    }
    return {location(40415),
            fmt::format("BSON field 'create.timeseries.{}' is an unknown field.", field.name)};
  }
  if (!series["timeField"].missing()) return Status();
  return {location(40414),
          "BSON field 'create.timeseries.timeField' is missing but a required field"};
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
Status append_span(DocumentView series, DocumentBuilder& kept) {
  const auto span = seconds(series, "bucketMaxSpanSeconds");
  const auto rounding = seconds(series, "bucketRoundingSeconds");
  if (!span && !rounding) {
    const ValueView given = series["granularity"];
    const std::string_view granularity = given.is_string() ? given.as_string() : "seconds";
    const auto implied = span_of(granularity);
    if (!implied) {
      return {ErrorCode::kBadValue,
              fmt::format("Enumeration value '{}' for field 'create.timeseries.granularity' is not "
                          "a valid value.",
                          granularity)};
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

}  // namespace

Result<Document> check_time_series(const Namespace& name, ValueView option) {
  if (!option.is_document()) {
    return Status(ErrorCode::kTypeMismatch, "timeseries must be an object");
  }
  const DocumentView series = option.as_document();
  CAIRN_RETURN_IF_ERROR(check_names(series));
  CAIRN_ASSIGN_OR_RETURN(const std::string_view time, field_name(name, series, "timeField"));
  DocumentBuilder kept;
  kept.append("timeField", time);
  if (!series["metaField"].missing()) {
    CAIRN_ASSIGN_OR_RETURN(const std::string_view meta, field_name(name, series, "metaField"));
    if (meta == "_id") return invalid_options("'metaField' cannot be \"_id\"");
    if (meta == time) return invalid_options("'metaField' cannot be the same as 'timeField'");
    kept.append("metaField", meta);
  }
  CAIRN_RETURN_IF_ERROR(append_span(series, kept));
  return kept.take();
}

}  // namespace cairn::api
