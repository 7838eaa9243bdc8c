#include "engine/expr/held_bytes.h"

#include <atomic>

namespace cairn::expr {
namespace {

constexpr std::size_t kMaxHeldBytes = 1024UL * 1024 * 1024;

std::atomic<std::size_t> of_all{0};

}  // namespace

Status HeldBytes::change(std::size_t bytes) {
  if (bytes <= held_) {
    of_all.fetch_sub(held_ - bytes, std::memory_order_relaxed);
  } else {
    const std::size_t more = bytes - held_;
    if (of_all.fetch_add(more, std::memory_order_relaxed) + more > kMaxHeldBytes) {
      of_all.fetch_sub(more, std::memory_order_relaxed);
      return {ErrorCode::kExceededMemoryLimit,
              "large values made by queries use too much memory at once"};
    }
  }
  held_ = bytes;
  return Status();
}

void HeldBytes::give_back() {
  of_all.fetch_sub(held_, std::memory_order_relaxed);
  held_ = 0;
}

}  // namespace cairn::expr
