#include "engine/expr/meta_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace cairn::expr {
namespace {

struct Keyword {
  std::string_view name;
  MetaKind kind;
  std::string_view needed = {};  // what is missing where it is required; empty: may be missing
};

constexpr Keyword kKeywords[] = {
    {"textScore", MetaKind::kTextScore, "text score"},
    {"searchScore", MetaKind::kSearchScore, "$search score"},
    {"vectorSearchScore", MetaKind::kVectorSearchScore, "$vectorSearch score"},
    {"score", MetaKind::kScore, "score"},
    {"scoreDetails", MetaKind::kScoreDetails, "scoreDetails"},
    {"geoNearDistance", MetaKind::kGeoNearDistance, "$geoNear distance"},
    {"geoNearPoint", MetaKind::kGeoNearPoint, "$geoNear point"},
    {"searchRootDocumentId", MetaKind::kSearchRootDocumentId, "$search root document id"},
    {"recordId", MetaKind::kRecordId},
    {"indexKey", MetaKind::kIndexKey},
    {"sortKey", MetaKind::kSortKey},
    {"randVal", MetaKind::kRandom},
    {"searchHighlights", MetaKind::kNever},
    {"searchScoreDetails", MetaKind::kNever},
    {"searchSequenceToken", MetaKind::kNever},
    {"timeseriesBucketMinTime", MetaKind::kNever},
    {"timeseriesBucketMaxTime", MetaKind::kNever},
};

}  // namespace

Result<MetaKind> parse_meta_kind(ValueView argument) {
  if (!argument.is_string()) {
    return Status(location(17307), "$meta only supports string arguments");
  }
  const auto* const keyword = std::ranges::find(kKeywords, argument.as_string(), &Keyword::name);
  if (keyword != std::end(kKeywords)) return keyword->kind;
  return Status(location(17308), fmt::format("Unsupported $meta field: {}", argument.as_string()));
}

void MetaUse::add(const MetaUse& other) {
  for (std::size_t i = 0; i < kKinds; ++i) uses_[i] += other.uses_[i];
}

bool MetaUse::asks_anything() const {
  return std::ranges::any_of(uses_, [](std::uint32_t uses) { return uses > 0; });
}

Status MetaUse::check(const std::set<MetaKind>& provided) const {
  for (const Keyword& keyword : kKeywords) {
    if (keyword.needed.empty() || !asks(keyword.kind) || provided.contains(keyword.kind)) continue;
    return metadata_missing(keyword.kind);
  }
  return Status();
}

Status metadata_missing(MetaKind kind) {
  const auto* const keyword = std::ranges::find(kKeywords, kind, &Keyword::kind);
  return {location(40218),
          fmt::format("query requires {} metadata, but it is not available", keyword->needed)};
}

}  // namespace cairn::expr
