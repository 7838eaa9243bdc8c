// Time zones: by their names in the Olson database ("Europe/Berlin", rules by ICU) and as offsets
// ("+02:00").
#pragma once

#include "engine/expr/calendar.h"

#include <cairn/status.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cairn::expr {

// A rule that began to hold at a moment.
struct ZonePeriod {
  std::int64_t begin = INT64_MIN;  // milliseconds since 1970, UTC
  std::int64_t offset = 0;         // milliseconds east of Greenwich
  bool daylight_saving = false;
};

// A value that borrows: the periods of named zones live as long as the process. Thread-safe.
class TimeZone {
 public:
  TimeZone() = default;  // UTC

  // Error: Location40485 for what is neither a name of a zone nor an offset.
  static Result<TimeZone> find(std::string_view name);

  bool is_utc() const { return utc_; }
  // The offset that holds at a moment.
  std::int64_t offset(std::int64_t utc) const {
    return periods_.empty() ? offset_ : period(utc).offset;
  }
  // What the zone's clocks show at a moment, in milliseconds since their 1970-01-01T00:00.
  std::int64_t to_local(std::int64_t utc) const { return saturating_add(utc, offset(utc)); }
  // The moment at which the zone's clocks show `local`. Where they show it twice: the second time,
  // or, if `prefer_daylight_saving`, the time under daylight saving; where never: as though they
  // had not been put forward.
  std::int64_t to_utc(std::int64_t local, bool prefer_daylight_saving = false) const;
  bool daylight_saving(std::int64_t utc) const {
    return !periods_.empty() && period(utc).daylight_saving;
  }

 private:
  explicit TimeZone(std::int64_t offset) : offset_(offset), utc_(offset == 0) {}
  explicit TimeZone(std::span<const ZonePeriod> periods) : periods_(periods), utc_(false) {}
  ZonePeriod period(std::int64_t utc) const;

  std::span<const ZonePeriod> periods_;  // empty: a fixed offset
  std::int64_t offset_ = 0;
  bool utc_ = true;
};

}  // namespace cairn::expr
