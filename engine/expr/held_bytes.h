// HeldBytes: what queries hold in large values, counted together for the whole process, so that
// many of them, or one query of many stages, end with an error and not the process. Small values
// cost a comparison and are not counted. Thread-safety: each object one thread at a time.
#pragma once

#include <cairn/status.h>

#include <cstddef>

namespace cairn::expr {

class HeldBytes {
 public:
  HeldBytes() = default;
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() { release(); }

  // Says how much the holder has now. Error: ExceededMemoryLimit where all holders together would
  // have too much; the holder counts as before then.
  Status hold(std::size_t bytes) {
    if (bytes < kCounted && held_ == 0) [[likely]]
      return Status();
    if (bytes >= held_ && bytes < held_ + kCounted) return Status();
    return change(bytes < kCounted ? 0 : bytes);
  }
  void release() {
    if (held_ > 0) give_back();
  }

 private:
  static constexpr std::size_t kCounted = 1 << 20;

  Status change(std::size_t bytes);
  void give_back();

  std::size_t held_ = 0;
};

}  // namespace cairn::expr
