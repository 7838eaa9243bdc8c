// Measurements that have expired. A time-series collection need not have an index by time, so they
// are looked for where they lie, a bounded number in a pass: at the beginning, where the oldest
// mostly are; among those that came in since the last pass; and, for what is neither, in a slow
// round over all of them.
#pragma once

#include "engine/match/matcher.h"
#include "engine/write/context.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace cairn::api {

// Keys of records; empty: none.
struct MeasurementPlaces {
  std::string newest;  // behind it is what came in since the last pass
  std::string round;   // where the round goes on
};

// How many measurements the round looks at in a pass, at the most: some 20 ms. At the beginning all
// that is looked at is deleted. What came in is looked at once only, which is little beside what
// its insertion took: so it may be more.
inline constexpr std::size_t kMeasurementsPerPass = 20'000;
inline constexpr std::size_t kNewMeasurementsPerPass = 10 * kMeasurementsPerPass;

// Deletes those that match `due`, and adds to `deleted`. Error: that of the thread's
// InterruptScope; `places` then are as far as it came.
Status expire_measurements(write::Context& context, const Namespace& name,
                           const match::Matcher& due, MeasurementPlaces& places,
                           std::int64_t& deleted);

}  // namespace cairn::api
