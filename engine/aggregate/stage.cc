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
constexpr std::string_view kNotYet[] = {"$changeStream",
                                        "$changeStreamSplitLargeEvent",
                                        "$collStats",
                                        "$currentOp",
                                        "$geoNear",
                                        "$graphLookup",
                                        "$indexStats",
                                        "$listCatalog",
                                        "$listClusterCatalog",
                                        "$listLocalSessions",
                                        "$listSampledQueries",
                                        "$listSearchIndexes",
                                        "$listSessions",
                                        "$merge",
                                        "$out",
                                        "$planCacheStats",
                                        "$queryStats",
                                        "$querySettings",
                                        "$rankFusion",
                                        "$rerank",
                                        "$score",
                                        "$scoreFusion",
                                        "$search",
                                        "$searchMeta",
                                        "$shardedDataDistribution",
                                        "$vectorSearch"};

}  // namespace

Result<const StageRow*> find_stage(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/aggregate/stages/table.inc"
#undef CAIRN_ROW
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
