#include "engine/expr/view_set.h"

#include "engine/bson/value_hash.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

constexpr std::size_t kFewSlots = 16;

}  // namespace

Status need_array_operand(std::string_view name, std::int32_t code, std::string_view which,
                          ValueView value) {
  if (value.is_array()) return {};
  return {location(code),
          fmt::format("both operands of {} must be arrays. {} argument is of type: {}", name, which,
                      type_of(value))};
}

// What the thread's last set left.
struct Spare {
  std::vector<ValueView> values;
  std::vector<ViewSet::Slot> slots;
  static Spare& of_thread() {
    thread_local Spare spare;
    return spare;
  }
};

ViewSet::ViewSet(const Collation* collation) : collation_(collation) {
  values_.swap(Spare::of_thread().values);
  slots_.swap(Spare::of_thread().slots);
  values_.clear();
  slots_.assign(kFewSlots, {});
}

ViewSet::~ViewSet() {
  constexpr std::size_t kMostKept = 64 * 1024;
  Spare& spare = Spare::of_thread();
  if (values_.capacity() > kMostKept || values_.capacity() < spare.values.capacity()) return;
  spare.values.swap(values_);
  spare.slots.swap(slots_);
}

bool ViewSet::insert(ValueView value) {
  const auto hash = static_cast<std::uint32_t>(hash_value(value, collation_) >> 16);
  const std::size_t slot = find(value, hash);
  if (slots_[slot].place != kFree) return false;
  values_.push_back(value);
  slots_[slot] = {static_cast<std::uint32_t>(values_.size()), hash};
  if (values_.size() * 2 > slots_.size()) grow();
  return true;
}

void ViewSet::insert_all(DocumentView array) {
  for (const Element& element : array) insert(element.value);
}

Status ViewSet::insert_all(DocumentView array, Evaluation& evaluation) {
  for (const Element& element : array) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    insert(element.value);
  }
  return Status();
}

bool ViewSet::contains(ValueView value) const {
  const auto hash = static_cast<std::uint32_t>(hash_value(value, collation_) >> 16);
  return slots_[find(value, hash)].place != kFree;
}

// Where the value is, or the free slot where it would be.
std::size_t ViewSet::find(ValueView value, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].place != kFree; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && compare(values_[slots_[at].place - 1], value, collation_) == 0) {
      break;
    }
  }
  return at;
}

void ViewSet::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.place == kFree) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].place != kFree) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace cairn::expr
