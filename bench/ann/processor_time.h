// The processor time of the calling thread and of the whole process, in seconds.
#pragma once

#include <ctime>

namespace cairn::ann {

inline double clock_seconds(clockid_t clock) {
  timespec now = {};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
inline double thread_seconds() { return clock_seconds(CLOCK_THREAD_CPUTIME_ID); }
inline double process_seconds() { return clock_seconds(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace cairn::ann
