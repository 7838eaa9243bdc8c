#include "engine/catalog/plan_memory.h"

namespace cairn {

std::optional<PlanMemory::Remembered> PlanMemory::active(const std::string& shape) const {
  const std::lock_guard lock(mutex_);
  const auto found = shapes_.find(shape);
  if (found == shapes_.end() || !found->second.active) return std::nullopt;
  return found->second;
}

void PlanMemory::note(const std::string& shape, Remembered found) {
  const std::lock_guard lock(mutex_);
  if (shapes_.size() >= kMostShapes && !shapes_.contains(shape)) shapes_.erase(shapes_.begin());
  const auto [entry, added] = shapes_.try_emplace(shape, found);
  if (added) return;
  Remembered& known = entry->second;
  if (known.active || found.works <= known.works) {
    found.active = true;
    known = std::move(found);
  } else {
    known.works *= 2;
  }
}

void PlanMemory::deactivate(const std::string& shape) {
  const std::lock_guard lock(mutex_);
  const auto found = shapes_.find(shape);
  if (found != shapes_.end()) found->second.active = false;
}

void PlanMemory::forget() {
  const std::lock_guard lock(mutex_);
  shapes_.clear();
}

void PlanMemory::forget(const std::string& shape) {
  const std::lock_guard lock(mutex_);
  shapes_.erase(shape);
}

std::vector<std::pair<std::string, PlanMemory::Remembered>> PlanMemory::all() const {
  const std::lock_guard lock(mutex_);
  return {shapes_.begin(), shapes_.end()};
}

}  // namespace cairn
