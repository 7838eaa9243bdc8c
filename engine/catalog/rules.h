// CollectionRules: what a collection's options ask of those who read and write it, parsed once per
// definition.
#pragma once

#include "engine/match/matcher.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cairn {

enum class ValidationLevel : std::uint8_t { kOff, kModerate, kStrict };
enum class ValidationAction : std::uint8_t { kError, kWarn, kErrorAndLog };

struct CappedLimits {
  std::int64_t bytes = 0;
  std::int64_t documents = 0;  // 0: no limit
};

// Immutable; thread-safe.
struct CollectionRules {
  std::optional<match::Matcher> validator;
  Status broken;  // why the validator cannot be used; writes then fail with it
  ValidationLevel level = ValidationLevel::kStrict;
  ValidationAction action = ValidationAction::kError;
  std::optional<CappedLimits> capped;
  std::string view_on;     // of a view, else empty
  std::string time_field;  // of a time-series collection, else empty
  std::string meta_field;  // empty: none

  bool time_series() const { return !time_field.empty(); }

  // `options` as listCollections shows them; `collation` is the collection's own.
  static CollectionRules of(DocumentView options, CollationPtr collation);
};

}  // namespace cairn
