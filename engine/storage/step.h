// The steps between which a crash must leave nothing half-done, told to whoever tests that.
//
// Thread-safety: an AtStep is called from whichever thread takes the step, at times from several;
// it may end the process or hold the thread up, and must not call into the store.
#pragma once

#include <functional>
#include <string_view>

namespace cairn {

inline constexpr std::string_view kStepCommitBegins =
    "commitBegins";  // nothing of a group is written
inline constexpr std::string_view kStepCommitWritten =
    "commitWritten";  // the log has it, nobody knows
inline constexpr std::string_view kStepIndexSorted =
    "indexSorted";  // a build's entries, none loaded
inline constexpr std::string_view kStepIndexLoaded =
    "indexLoaded";  // loaded, writers not caught up with
inline constexpr std::string_view kStepReapBegins = "reapBegins";  // dropped, the rows are there
inline constexpr std::string_view kStepReaped = "reaped";          // removed, not compacted

using AtStep = std::function<void(std::string_view step)>;

}  // namespace cairn
