#include "compat/mongodb/commands/crud/strict_stages.h"

#include <algorithm>
#include <array>
#include <string>

namespace cairn::mongodb {
namespace {

constexpr std::array<std::string_view, 14> kNotInV1 = {"$currentOp",
                                                       "$indexStats",
                                                       "$listCatalog",
                                                       "$listClusterCatalog",
                                                       "$listLocalSessions",
                                                       "$listSampledQueries",
                                                       "$listSessions",
                                                       "$listSearchIndexes",
                                                       "$planCacheStats",
                                                       "$queryStats",
                                                       "$search",
                                                       "$searchMeta",
                                                       "$shardedDataDistribution",
                                                       "$vectorSearch"};

Status not_in_v1(std::string_view stage) {
  return {
      ErrorCode::kAPIStrictError,
      "stage " + std::string(stage) + " is not allowed with 'apiStrict: true' in API Version 1"};
}

// Of $collStats only the count is stable.
bool only_counts(ValueView specification) {
  if (!specification.is_document()) return true;  // $collStats itself refuses it
  for (const Element& field : specification.as_document()) {
    if (field.name != "count") return false;
  }
  return true;
}

Status check_inside(ValueView pipelines) {
  if (pipelines.is_array()) return check_strict_stages(pipelines.as_document());
  if (!pipelines.is_document()) return {};
  for (const Element& field : pipelines.as_document()) {
    if (field.value.is_array()) {
      CAIRN_RETURN_IF_ERROR(check_strict_stages(field.value.as_document()));
    }
  }
  return {};
}

Status check_stage(const Element& stage) {
  if (stage.name == "$match" && stage.value.is_document()) {
    return check_strict_filter(stage.value.as_document());
  }
  if (std::find(kNotInV1.begin(), kNotInV1.end(), stage.name) != kNotInV1.end()) {
    return not_in_v1(stage.name);
  }
  if (stage.name == "$collStats" && !only_counts(stage.value)) return not_in_v1(stage.name);
  if (stage.name == "$facet") return check_inside(stage.value);
  if ((stage.name == "$lookup" || stage.name == "$unionWith") && stage.value.is_document()) {
    return check_inside(stage.value.as_document()["pipeline"]);
  }
  return {};
}

}  // namespace

Status check_strict_filter(DocumentView filter) {
  for (const Element& part : filter) {
    if (part.name == "$text") {
      return {ErrorCode::kNoQueryExecutionPlans,
              "error processing query: planner returned error :: caused by :: need exactly one "
              "text index for $text query"};
    }
    if (!part.name.starts_with('$') || !part.value.is_array()) continue;
    for (const Element& inner : part.value.as_document()) {
      if (!inner.value.is_document()) continue;
      CAIRN_RETURN_IF_ERROR(check_strict_filter(inner.value.as_document()));
    }
  }
  return {};
}

Status check_strict_stages(DocumentView pipeline) {
  for (const Element& stage : pipeline) {
    if (!stage.value.is_document() || stage.value.as_document().empty()) continue;
    CAIRN_RETURN_IF_ERROR(check_stage(*stage.value.as_document().begin()));
  }
  return {};
}

}  // namespace cairn::mongodb
