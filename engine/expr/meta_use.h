// MetaUse: what {$meta: …} asks for, all over a pipeline or in a projection, so that nothing is
// found out about documents that nobody asks, and what cannot be there is refused before any is
// read. Source: MongoDB's manual, "$meta".
#pragma once

#include "engine/expr/metadata.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <array>
#include <cstdint>
#include <set>

namespace cairn::expr {

enum class MetaKind : std::uint8_t {
  kTextScore,
  kSearchScore,
  kVectorSearchScore,
  kScore,
  kScoreDetails,
  kGeoNearDistance,
  kGeoNearPoint,
  kSearchRootDocumentId,
  kRecordId,
  kIndexKey,
  kSortKey,
  kRandom,
  kNever,  // known by name; no document has it
};

// Errors: Location17307 (no string), Location17308 (an unknown name).
Result<MetaKind> parse_meta_kind(ValueView argument);

// Outlives what was parsed with it. Not thread-safe.
class MetaUse {
 public:
  void add(MetaKind kind) { ++uses_[static_cast<std::size_t>(kind)]; }
  // Of an expression that is gone: what is computed at parse time may ask nothing in the end.
  void remove(MetaKind kind) { --uses_[static_cast<std::size_t>(kind)]; }
  // All that another one asks.
  void add(const MetaUse& other);
  bool asks(MetaKind kind) const { return uses_[static_cast<std::size_t>(kind)] > 0; }
  bool asks_anything() const;
  // Error: Location40218 where it asks for what is not in `provided`, and that is needed.
  Status check(const std::set<MetaKind>& provided) const;

 private:
  static constexpr std::size_t kKinds = static_cast<std::size_t>(MetaKind::kNever) + 1;
  std::array<std::uint32_t, kKinds> uses_{};
};

// "query requires text score metadata, but it is not available"
Status metadata_missing(MetaKind kind);

}  // namespace cairn::expr
