#include "engine/changes/shared_events.h"

#include "engine/changes/change_scan.h"
#include "engine/changes/event.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <utility>

namespace cairn::changes {
namespace {

constexpr int kRowsPerLook = 256;
// How long making one block may take, most of it looking at rows that mean nothing.
constexpr std::chrono::milliseconds kBlockTime(100);
// How long a block is kept that nobody has.
constexpr std::chrono::seconds kBlockAge(10);
// The most that blocks take of the memory's budget, and in all.
constexpr std::uint64_t kShareOfMemory = 16;
constexpr std::uint64_t kMostKeptBytes = 32ULL << 20;
// A block with as many bytes is full.
constexpr std::size_t kBlockBytes = 512 * 1024;

std::uint64_t bytes_of(const EventBlock& block) {
  return sizeof block + block.bytes.capacity() +
         block.events.capacity() * sizeof(EventBlock::Event);
}

}  // namespace

Status history_lost() {
  return {ErrorCode::kChangeStreamHistoryLost,
          "Resume of change stream was not possible, as the resume point may no longer be in the "
          "oplog.",
          std::string(document("errorLabels", array("NonResumableChangeStreamError")).bytes())};
}

SharedEvents::~SharedEvents() {
  while (!kept_.empty()) drop(kept_.begin());
}

Result<BlockPtr> SharedEvents::behind(OpNumber position, std::size_t events,
                                      const Interrupt* interrupt) {
  std::unique_lock lock(mutex_);
  drop_old();
  if (streams() < 2) {
    lock.unlock();
    return make(position, {.events = events}, interrupt);
  }
  if (BlockPtr found = find(position)) return found;
  Bounds bounds{.events = kBlockEvents};
  const auto next = places_.upper_bound(position);
  // Who has fallen back keeps nobody waiting who has not.
  if (next != places_.end()) {
    bounds.upto = next->first;
    lock.unlock();
  }
  CAIRN_ASSIGN_OR_RETURN(BlockPtr made, make(position, bounds, interrupt));
  if (!lock.owns_lock()) lock.lock();
  if (made->upto > position && places_.find(position) == places_.end()) keep(made);
  return made;
}

// REQUIRES: the mutex, as those that follow.
BlockPtr SharedEvents::find(OpNumber position) {
  auto place = places_.upper_bound(position);
  if (place == places_.begin()) return nullptr;
  const KeptBlocks::iterator kept = (--place)->second;
  BlockPtr block = kept->block;
  if (position >= block->upto) return nullptr;
  kept->had = Clock::now();
  kept_.splice(kept_.end(), kept_, kept);
  if (position == block->behind && ++kept->taken >= streams()) drop(kept);
  return block;
}

void SharedEvents::drop_old() {
  const auto oldest = Clock::now() - kBlockAge;
  while (!kept_.empty() && (streams() < 2 || kept_.front().had < oldest)) drop(kept_.begin());
}

void SharedEvents::keep(const BlockPtr& block) {
  limits_.kept_bytes += bytes_of(*block);
  kept_.push_back({.block = block, .had = Clock::now(), .taken = 1});
  places_[block->behind] = std::prev(kept_.end());
  while (!kept_.empty() && limits_.kept_bytes.load() > limits_.block_bytes) drop(kept_.begin());
}

void SharedEvents::drop(KeptBlocks::iterator kept) {
  limits_.kept_bytes -= bytes_of(*kept->block);
  places_.erase(kept->block->behind);
  kept_.erase(kept);
}

Result<BlockPtr> SharedEvents::make(OpNumber position, Bounds bounds,
                                    const Interrupt* interrupt) const {
  ChangeScan scan(storage_, history_lost());
  CAIRN_RETURN_IF_ERROR(scan.begin_behind(position));
  auto block = std::make_shared<EventBlock>();
  block->behind = block->upto = position;
  const auto until = Interrupt::Clock::now() + kBlockTime;
  for (int rows = 0; block->events.size() < bounds.events && block->bytes.size() < kBlockBytes;
       ++rows) {
    if (rows % kRowsPerLook == 0) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      if (rows > 0 && Interrupt::Clock::now() >= until) break;
    }
    CAIRN_ASSIGN_OR_RETURN(const ChangeRow* row, scan.next());
    if (row != nullptr && row->op > bounds.upto) {
      block->upto = bounds.upto;
      break;
    }
    if (row != nullptr) {
      Status added = add(*row, *block);
      // It is the error of who comes to it.
      if (!added.ok() && !block->events.empty()) break;
      CAIRN_RETURN_IF_ERROR(std::move(added));
    }
    block->upto = scan.position();
    if (row == nullptr) break;
  }
  return BlockPtr(std::move(block));
}

Status SharedEvents::add(const ChangeRow& row, EventBlock& block) const {
  const Meaning meaning = meaning_of(row, options_);
  if (meaning == Meaning::kNothing) return Status();
  const bool told = options_.wanted.has(operation_of(row));
  const bool last = meaning == Meaning::kLastEvent;
  if (!told && !last) return Status();
  const std::size_t offset = block.bytes.size();
  if (told) {
    const std::int64_t seconds = limits_.image_seconds.load(std::memory_order_relaxed);
    const std::int64_t oldest = seconds > 0 ? Date::now().milliseconds - seconds * 1000
                                            : std::numeric_limits<std::int64_t>::min();
    Status made = make_event(
        {.storage = storage_, .catalog = catalog_, .options = options_, .oldest_image_ms = oldest},
        row, block.bytes);
    if (!made.ok()) {
      block.bytes.resize(offset);
      return made;
    }
  }
  block.events.push_back({.op = row.op,
                          .collection = row.change.collection,
                          .wall = Date{row.wall_ms},
                          .told = told,
                          .last = last,
                          .offset = offset});
  return Status();
}

EventHub::EventHub(Storage& storage, Catalog& catalog) : storage_(storage), catalog_(catalog) {
  limits_.block_bytes = std::min(kMostKeptBytes, storage.memory_budget() / kShareOfMemory);
}

SharedEventsPtr EventHub::events(const WatchOptions& options) {
  if (options.looks_up()) {
    return std::make_shared<SharedEvents>(storage_, catalog_, limits_, options);
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(events_, [](const auto& one) { return one.second.expired(); });
  auto& known = events_[options.events_key()];
  SharedEventsPtr shared = known.lock();
  if (shared == nullptr) {
    shared = std::make_shared<SharedEvents>(storage_, catalog_, limits_, options);
    known = shared;
  }
  return shared;
}

}  // namespace cairn::changes
