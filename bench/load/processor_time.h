// Processor time: what other programs on the machine disturb least.
#pragma once

namespace cairn::load {

// Seconds that this process has used so far, in all its threads.
double processor_seconds();
// The same of another process, to a hundredth.
double processor_seconds(int pid);

}  // namespace cairn::load
