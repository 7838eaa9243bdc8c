// Gate: lets a drop wait until those who write to a thing have left it. Thread-safety: all of it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include <cairn/status.h>

namespace cairn {

// Counts those inside and can be closed: what a drop needs, in four bytes.
class Gate {
 public:
  bool enter();  // false: closed
  void leave();
  // Closes it; false: somebody else has. Those inside are still there.
  bool close();
  // Error: that of the thread's InterruptScope; those inside are then still there.
  Status wait_empty();
  // Whether all have left within the time.
  bool wait_empty(std::chrono::milliseconds limit);
  void open();    // after a DDL that kept the collection, or failed
  void retire();  // closed for ever: whoever waits goes and looks the name up again
  // Until it is open or retired. Error: that of the thread's InterruptScope.
  Status wait_open();

 private:
  static constexpr std::uint32_t kClosed = 1U << 31;
  static constexpr std::uint32_t kRetired = 1U << 30;
  static constexpr std::uint32_t kInside = kRetired - 1;
  // Until `ready(state)`.
  template <typename Ready>
  Status wait(const Ready& ready);
  std::atomic<std::uint32_t> state_{0};
};

}  // namespace cairn
