#include "engine/project/meta.h"

#include <cmath>
#include <string>

namespace cairn::project {
namespace {

struct MetaRow {
  std::string_view name;
  Meta meta;
  std::string_view called;  // in the error that it is not there; empty: never refused so
};

constexpr MetaRow kMetaRows[] = {
    {"textScore", Meta::kTextScore, "text score"},
    {"geoNearDistance", Meta::kGeoNearDistance, "$geoNear distance"},
    {"geoNearPoint", Meta::kGeoNearPoint, "$geoNear point"},
    {"searchScore", Meta::kSearchScore, "$search score"},
    {"searchHighlights", Meta::kSearchHighlights, "$search highlights"},
    {"vectorSearchScore", Meta::kVectorSearchScore, "$vectorSearch score"},
    {"recordId", Meta::kRecordId, ""},
    {"indexKey", Meta::kIndexKey, ""},
    {"sortKey", Meta::kSortKey, ""},
    {"randVal", Meta::kRandom, ""},
};

}  // namespace

Result<Meta> parse_meta(ValueView argument) {
  if (!argument.is_string()) {
    return Status(location(17307), "$meta only supports string arguments");
  }
  for (const MetaRow& row : kMetaRows) {
    if (row.name == argument.as_string()) return row.meta;
  }
  return Status(location(17308), "Unsupported $meta field: " + std::string(argument.as_string()));
}

Status check_provided(Meta meta, const Provided& provided) {
  if (meta == Meta::kSortKey && !provided.sort) {
    return {ErrorCode::kBadValue, "cannot use sortKey $meta projection without a sort"};
  }
  const bool near = meta == Meta::kGeoNearDistance || meta == Meta::kGeoNearPoint;
  if (near && provided.near) return Status();
  if (meta == Meta::kTextScore && provided.text) return Status();
  for (const MetaRow& row : kMetaRows) {
    if (row.meta != meta || row.called.empty()) continue;
    return {location(40218),
            "query requires " + std::string(row.called) + " metadata, but it is not available"};
  }
  return Status();
}

void append_meta(std::string_view name, Meta meta, const expr::Metadata* metadata,
                 DocumentBuilder& out) {
  if (metadata == nullptr) return;
  switch (meta) {
    case Meta::kGeoNearDistance:
      if (metadata->geo_near_distance) out.append(name, *metadata->geo_near_distance);
      return;
    case Meta::kGeoNearPoint:
      out.append(name, metadata->geo_near_point.view());
      return;
    case Meta::kRecordId:
      out.append(name, metadata->record_id.view());
      return;
    case Meta::kIndexKey:
      out.append(name, metadata->index_key.view());
      return;
    case Meta::kSortKey:
      out.append(name, metadata->sort_key.view());
      return;
    case Meta::kTextScore:
      if (metadata->text_score && !std::isnan(*metadata->text_score))
        out.append(name, *metadata->text_score);
      return;
    case Meta::kSearchScore:
    case Meta::kSearchHighlights:
    case Meta::kVectorSearchScore:
    case Meta::kRandom:
      return;  // no query of `find` has them
  }
}

}  // namespace cairn::project
