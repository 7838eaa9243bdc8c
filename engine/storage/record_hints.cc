#include "engine/storage/record_hints.h"

#include <algorithm>
#include <bit>

namespace cairn {

namespace {

constexpr int kIdBits = 40;  // larger record ids are not remembered
constexpr std::uint64_t kIdMask = (std::uint64_t{1} << kIdBits) - 1;

}  // namespace

static_assert(sizeof(std::atomic<std::uint64_t>) == 8 &&
                  std::atomic<std::uint64_t>::is_always_lock_free,
              "zeroed memory must be slots without hints");

RecordHints::RecordHints(std::uint64_t bytes) {
  const std::size_t slots = std::bit_floor(std::max<std::uint64_t>(bytes / sizeof(Slot), 1));
  slots_.reset(static_cast<Slot*>(std::calloc(slots, sizeof(Slot))));
  mask_ = slots - 1;
}

RecordId RecordHints::find(std::uint64_t hash) const {
  if (slots_ == nullptr) return 0;
  const std::uint64_t slot = slots_[hash & mask_].load(std::memory_order_relaxed);
  return ((slot ^ hash) & ~kIdMask) == 0 ? slot & kIdMask : 0;
}

void RecordHints::remember(std::uint64_t hash, RecordId id) {
  if (slots_ == nullptr || id > kIdMask) return;
  slots_[hash & mask_].store((hash & ~kIdMask) | id, std::memory_order_relaxed);
}

}  // namespace cairn
