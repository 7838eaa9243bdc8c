#include "engine/aggregate/stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace cairn::aggregate {

#define CAIRN_ROW(entry) extern const StageRow row_##entry;
#include "engine/aggregate/stages/table.inc"
#undef CAIRN_ROW

namespace {

// Stages that MongoDB has and Cairn has not yet. Sorted.
constexpr std::string_view kNotYet[] = {"$listCatalog"};

constexpr std::string_view kNoSearch =
    "Using $search and $searchMeta aggregation stages requires additional configuration: Cairn has "
    "$vectorSearch, and $text through text indexes";
constexpr std::string_view kNotFirst =
    "$changeStream is only valid as the first stage in a pipeline";

// Stages that MongoDB refuses as well where what they need is not there.
struct Refusal {
  std::string_view name;
  ErrorCode code;
  std::string_view why;
};
constexpr Refusal kRefused[] = {
    {"$search", ErrorCode::kSearchNotEnabled, kNoSearch},
    {"$searchMeta", ErrorCode::kSearchNotEnabled, kNoSearch},
    {"$rerank", ErrorCode::kSearchNotEnabled, kNoSearch},
    // Where it stands first, engine/api/watch takes it away.
    {"$changeStream", location(40602), kNotFirst},
    {"$changeStreamSplitLargeEvent", ErrorCode::kIllegalOperation,
     "$changeStreamSplitLargeEvent can only be used in a $changeStream pipeline"},
    {"$queryStats", ErrorCode::kQueryFeatureNotAllowed,
     "$queryStats is not allowed in the current configuration"},
    {"$querySettings", ErrorCode::kQueryFeatureNotAllowed,
     "$querySettings is not allowed in the current configuration"},
    {"$listSampledQueries", ErrorCode::kIllegalOperation,
     "$listSampledQueries is only supported in a sharded cluster"},
    {"$shardedDataDistribution", location(6789101),
     "The $shardedDataDistribution stage can only be run on router"},
};

}  // namespace

Result<const StageRow*> find_stage(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/aggregate/stages/table.inc"
#undef CAIRN_ROW
  const auto* refusal = std::ranges::find(kRefused, name, &Refusal::name);
  if (refusal != std::end(kRefused)) return Status(refusal->code, std::string(refusal->why));
  if (std::find(std::begin(kNotYet), std::end(kNotYet), name) != std::end(kNotYet)) {
    return Status(ErrorCode::kNotImplemented,
                  fmt::format("aggregation stage {} is not supported by Cairn yet", name));
  }
  return Status(location(40324), fmt::format("Unrecognized pipeline stage name: '{}'", name));
}

Result<std::int64_t> parse_count(std::string_view stage, ValueView value, ErrorCode code) {
  const auto invalid = [&](std::string_view expected) {
    return Status(code, fmt::format("invalid argument to {} stage: Expected {} in: {}: {}", stage,
                                    expected, stage, to_json(value)));
  };
  if (!value.is_number()) return invalid("a number");
  const std::optional<std::int64_t> count = value.to_int64_exact();
  if (!count) return invalid("an integer");
  if (*count < 0) return invalid("a non-negative number");
  return *count;
}

}  // namespace cairn::aggregate
