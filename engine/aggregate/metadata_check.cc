#include "engine/aggregate/metadata_check.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace cairn::aggregate {
namespace {

using expr::MetaKind;

void add_provided(const ParsedStage& stage, std::set<MetaKind>& provided) {
  const std::string_view name = stage.row->name;
  if (name == "$match" && has_text(stage.specification.as_document())) {
    provided.insert({MetaKind::kTextScore, MetaKind::kScore});
  } else if (name == "$geoNear") {
    provided.insert({MetaKind::kGeoNearDistance, MetaKind::kGeoNearPoint});
  } else if (name == "$vectorSearch") {
    provided.insert({MetaKind::kVectorSearchScore, MetaKind::kSearchScore, MetaKind::kScore});
  } else if (name == "$score" || name == "$rankFusion" || name == "$scoreFusion") {
    provided.insert(MetaKind::kScore);
    const DocumentView options = stage.specification.as_document();
    if (options["scoreDetails"].truthy()) provided.insert(MetaKind::kScoreDetails);
  }
}

// Whether {$meta: "sortKey"} stands anywhere inside.
bool shows_sort_key(DocumentView document) {
  for (const Element& field : document) {
    if (field.name == "$literal") continue;
    const bool meta = field.name == "$meta" && field.value.is_string();
    if (meta && field.value.as_string() == "sortKey") return true;
    const bool inside = field.value.is_document() || field.value.is_array();
    if (inside && shows_sort_key(field.value.as_document())) return true;
  }
  return false;
}

// As MongoDB has it, whose plans answer such a `$project` together with the filter; further behind
// it shows an empty key.
Status check_sort_key(std::span<const ParsedStage> stages) {
  const auto first = std::ranges::find_if(
      stages, [](const ParsedStage& stage) { return stage.row->name != "$match"; });
  if (first == stages.end() || first->row->name != "$project") return Status();
  if (!shows_sort_key(first->specification.as_document())) return Status();
  return {ErrorCode::kBadValue, "cannot use sortKey $meta projection without a sort"};
}

}  // namespace

Status check_metadata(std::span<const ParsedStage> stages, const Environment& environment) {
  // A facet's is checked with the pipeline that it stands in; a view's with those that read it.
  if (environment.within == Within::kFacet || environment.within == Within::kView) return Status();
  if (!environment.metas->asks_anything()) return Status();
  std::set<MetaKind> provided;
  for (const ParsedStage& stage : stages) add_provided(stage, provided);
  CAIRN_RETURN_IF_ERROR(environment.metas->check(provided));
  return environment.metas->asks(MetaKind::kSortKey) ? check_sort_key(stages) : Status();
}

bool has_text(DocumentView filter) {
  for (const Element& field : filter) {
    if (field.name == "$text") return true;
    if (field.name != "$and" && field.name != "$or") continue;
    if (!field.value.is_array()) continue;
    for (const Element& part : field.value.as_document()) {
      if (part.value.is_document() && has_text(part.value.as_document())) return true;
    }
  }
  return false;
}

}  // namespace cairn::aggregate
