// BucketSpan: how the measurements of a time series would be cut into buckets: by a granularity, or
// by spans of its own. Here they are in none; the options are kept, and changed as MongoDB does.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn {

// Borrows from the document that it was read from.
struct BucketSpan {
  std::optional<std::string_view> granularity;
  std::optional<std::int32_t> seconds;   // bucketMaxSpanSeconds
  std::optional<std::int32_t> rounding;  // bucketRoundingSeconds

  // `field`: what errors call the document. REQUIRES: what is there has the right type, or is null.
  // Error: BadValue.
  static Result<BucketSpan> read(std::string_view field, DocumentView series);

  // Whether a collection may be made with it. Error: InvalidOptions.
  Status check() const;
  // Whether collMod may put it into the place of `from`, which is complete: buckets may grow, and
  // no more. Error: InvalidOptions.
  Status check_change_from(const BucketSpan& from) const;
  // Completed by what follows from the granularity. REQUIRES: one of the two checks.
  void append(DocumentBuilder& options) const;
};

}  // namespace cairn
