#include "engine/catalog/bucket_span.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace cairn {
namespace {

constexpr std::int64_t kLongestSpan = 31'536'000;  // a year
constexpr std::string_view kSpan = "bucketMaxSpanSeconds";
constexpr std::string_view kRounding = "bucketRoundingSeconds";
constexpr std::string_view kFinest = "seconds";

Status refused(std::string why) { return {ErrorCode::kInvalidOptions, std::move(why)}; }

// How long a bucket spans by its granularity, and what its first time is rounded down to.
struct Granularity {
  std::string_view name;
  std::int32_t span;
  std::int32_t rounding;
};
constexpr Granularity kGranularities[] = {
    {kFinest, 3600, 60}, {"minutes", 86'400, 3600}, {"hours", 2'592'000, 86'400}};

const Granularity* find_granularity(std::string_view name) {
  for (const Granularity& one : kGranularities) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

// Of the default where none is named.
const Granularity& granularity_of(const BucketSpan& span) {
  return *find_granularity(span.granularity.value_or(kFinest));
}

Result<std::optional<std::int32_t>> read_seconds(DocumentView series, std::string_view name) {
  const ValueView value = series[name];
  if (!value.is_number()) return std::optional<std::int32_t>();
  const std::int64_t given = value.to_int64_clamped();
  const auto out_of_range = [&](std::string_view bound, std::int64_t limit) {
    return Status(ErrorCode::kBadValue,
                  fmt::format("BSON field '{}' value must be {} {}, actual value '{}'", name, bound,
                              limit, given));
  };
  if (given < 1) return out_of_range(">=", 1);
  if (given > kLongestSpan) return out_of_range("<=", kLongestSpan);
  return std::optional(static_cast<std::int32_t>(given));
}

// What of a change makes sense by itself.
Status check_changed(const BucketSpan& to) {
  if (to.granularity) {
    if (to.seconds && *to.seconds != granularity_of(to).span) {
      return refused(
          "Timeseries 'bucketMaxSpanSeconds' is not configurable to a value other than the default "
          "for the provided granularity");
    }
    if (!to.rounding) return Status();
    return refused(
        "Timeseries 'bucketRoundingSeconds' is not configurable alongside the granularity "
        "parameter");
  }
  if (!to.seconds || !to.rounding) {
    return refused(
        "Timeseries 'bucketMaxSpanSeconds' and 'bucketRoundingSeconds' need to be set alongside "
        "each other");
  }
  if (to.seconds == to.rounding) return Status();
  return refused("Timeseries 'bucketRoundingSeconds' needs to be equal to 'bucketMaxSpanSeconds'");
}

}  // namespace

Result<BucketSpan> BucketSpan::read(std::string_view field, DocumentView series) {
  BucketSpan span;
  if (const ValueView value = series["granularity"]; value.is_string()) {
    if (find_granularity(value.as_string()) == nullptr) {
      return Status(ErrorCode::kBadValue,
                    fmt::format("Enumeration value '{}' for field '{}.granularity' is not a valid "
                                "value.",
                                value.as_string(), field));
    }
    span.granularity = value.as_string();
  }
  CAIRN_ASSIGN_OR_RETURN(span.seconds, read_seconds(series, kSpan));
  CAIRN_ASSIGN_OR_RETURN(span.rounding, read_seconds(series, kRounding));
  return span;
}

Status BucketSpan::check() const {
  constexpr std::string_view kFailed = "Failed to create timeseries collection :: caused by :: ";
  if (!granularity) {
    if (seconds == rounding) return Status();
    return refused(
        fmt::format("{}Time-series '{}' must be equal to '{}'", kFailed, kRounding, kSpan));
  }
  const std::int32_t implied = granularity_of(*this).span;
  if (seconds && *seconds != implied) {
    return refused(fmt::format(
        "{}Time-series '{}' cannot be set to a value other than the default of {} for the provided "
        "granularity",
        kFailed, kSpan, implied));
  }
  if (!rounding) return Status();
  return refused(fmt::format("{}Time-series '{}' cannot be set alongside the granularity parameter",
                             kFailed, kRounding));
}

Status BucketSpan::check_change_from(const BucketSpan& from) const {
  CAIRN_RETURN_IF_ERROR(check_changed(*this));
  const std::int32_t longest = granularity ? granularity_of(*this).span : *seconds;
  if (granularity && from.granularity) {
    if (*from.seconds <= longest) return Status();
    return refused(
        "Invalid transition for timeseries.granularity. Can only transition from 'seconds' to "
        "'minutes' or 'minutes' to 'hours'.");
  }
  if (*from.seconds > longest) {
    return refused("Timeseries 'bucketMaxSpanSeconds' needs to be equal or greater to transition");
  }
  const std::int32_t before = from.rounding.value_or(granularity_of(from).rounding);
  if (before <= rounding.value_or(granularity_of(*this).rounding)) return Status();
  return refused("Timeseries 'bucketRoundingSeconds' needs to be equal or greater to transition");
}

void BucketSpan::append(DocumentBuilder& options) const {
  if (rounding) {
    options.append(kRounding, *rounding).append(kSpan, *seconds);
    return;
  }
  const Granularity& implied = granularity_of(*this);
  options.append("granularity", implied.name).append(kSpan, implied.span);
}

}  // namespace cairn
