// KeyWalk: steps through an interval of keys, can let go of storage and later go on from where it
// was.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/storage/reader.h"

#include <cairn/operation.h>

#include <optional>
#include <string>

namespace cairn::exec {

class KeyWalk {
 public:
  // Copies the range's bounds.
  KeyWalk(Reader reader, Family family, KeyRange range, Direction direction);
  KeyWalk(const KeyWalk&) = delete;
  KeyWalk& operator=(const KeyWalk&) = delete;

  // To the next key (at first: to the first); false at the end. Looks at the interrupt now and
  // then. Errors, besides storage's, after a park: QueryPlanKilled (175) when `collection` was
  // dropped; CappedPositionLost (136) when it is capped and has pushed out where the walk was.
  Result<bool> advance(const CollectionEntry& collection, const Interrupt* interrupt);
  // REQUIRES: the last advance was true. The views live until the next call.
  std::string_view key() const { return cursor_.key(); }
  std::string_view value() const { return cursor_.value(); }
  void park();

 private:
  Status resume(const CollectionEntry& collection);

  static constexpr std::uint32_t kStepsPerCheck = 256;
  enum class State : std::uint8_t { kNew, kOn, kParked, kEnded };

  Reader reader_;
  Family family_;
  std::string lower_;
  std::string upper_;
  ScanOptions options_;
  KeyCursor cursor_;
  std::string parked_at_;
  State state_ = State::kNew;
  std::uint32_t steps_ = 0;
};

}  // namespace cairn::exec
