// Granularities of `$bucketAuto`: boundaries are rounded to preferred numbers.
// Sources: ISO 3 (Renard series R5 to R80), IEC 60063 (E6 to E192), MongoDB's manual,
// "$bucketAuto".
#pragma once

#include <string_view>

#include <cairn/bson.h>

namespace cairn::aggregate {

class Granularity {
 public:
  virtual ~Granularity() = default;
  // The next preferred number above, or below. Zero stays as it is. REQUIRES: a number that is
  // neither NaN nor negative.
  virtual Value round_up(ValueView number) const = 0;
  virtual Value round_down(ValueView number) const = 0;
};

// "R5", "E192", "1-2-5", "POWERSOF2", …; nullptr for an unknown name. Lives for ever.
const Granularity* find_granularity(std::string_view name);

// Errors: 40258 (not a number), 40259 (NaN), 40260 (negative).
Status check_granular(ValueView value);

}  // namespace cairn::aggregate
