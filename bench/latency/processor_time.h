// Processor time, in seconds: what other programs on the machine disturb least.
// Thread-safe.
#pragma once

namespace cairn::bench {

// Of the calling thread.
double thread_seconds();
// Of this process so far, in all its threads.
double processor_seconds();
// The same of another process, to a hundredth; 0 where there is none.
double processor_seconds(int pid);

}  // namespace cairn::bench
