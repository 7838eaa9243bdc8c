// Meta: `{$meta: "…"}` in a projection of `find`: what is known about a document beside its fields.
// Source: MongoDB's manual, "$meta".
#pragma once

#include "engine/expr/metadata.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::project {

enum class Meta : std::uint8_t {
  kTextScore,
  kGeoNearDistance,
  kGeoNearPoint,
  kSearchScore,
  kSearchHighlights,
  kVectorSearchScore,
  kRecordId,
  kIndexKey,
  kSortKey,
  kRandom,
};

// Errors: Location17307 (no string), Location17308 (an unknown name).
Result<Meta> parse_meta(ValueView argument);

// What a query gives to its documents.
struct Provided {
  bool near = false;
  bool text = false;
  bool sort = false;
};
// Error: Location40218 or BadValue where the query has no such thing.
Status check_provided(Meta meta, const Provided& provided);

// Appends the value as a field, or nothing where there is none. `metadata` may be null.
void append_meta(std::string_view name, Meta meta, const expr::Metadata* metadata,
                 DocumentBuilder& out);

}  // namespace cairn::project
