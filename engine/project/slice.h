// Slice: the part of an array that `$slice` keeps in a projection of `find`.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>

namespace cairn::project {

struct Slice {
  std::int32_t skip = 0;   // below zero: counted from the end
  std::int32_t limit = 0;  // below zero (without skip): the last ones
  bool from_end = false;

  // `n` or `[skip, limit]`; nullopt: neither, so that it may be an expression.
  static std::optional<Slice> parse(ValueView argument);
  // Pushes the elements to the array that `out` is in.
  void apply(DocumentView array, DocumentBuilder& out) const;
};

}  // namespace cairn::project
