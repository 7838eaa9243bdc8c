#include "engine/catalog/transaction_uses.h"

#include <utility>

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

namespace cairn {

TransactionUses::Use& TransactionUses::Use::operator=(Use&& other) noexcept {
  if (this == &other) return *this;
  end();
  of_ = std::move(other.of_);
  place_ = other.place_;
  return *this;
}

void TransactionUses::Use::end() {
  const std::shared_ptr<TransactionUses> of = std::exchange(of_, nullptr);
  if (of == nullptr) return;
  const std::lock_guard lock(of->mutex_);
  of->uses_.erase(place_);
  if (of->barriers_ > 0) of->changed_.notify_all();
}

TransactionUses::Barrier::Barrier(TransactionUses& of) : of_(&of) {
  const std::lock_guard lock(of_->mutex_);
  ++of_->barriers_;
}

TransactionUses::Barrier::Barrier(Barrier&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)) {}

TransactionUses::Barrier::~Barrier() {
  if (of_ == nullptr) return;
  const std::lock_guard lock(of_->mutex_);
  if (--of_->barriers_ == 0) of_->changed_.notify_all();
}

std::optional<TransactionUses::Use> TransactionUses::begin(std::shared_ptr<TransactionUses> of,
                                                           Clock::time_point until,
                                                           std::chrono::milliseconds patience) {
  std::unique_lock lock(of->mutex_);
  const bool free = of->changed_.wait_for(lock, patience, [&] { return of->barriers_ == 0; });
  if (!free) return std::nullopt;
  const auto place = of->uses_.insert(until);
  lock.unlock();
  return Use(std::move(of), place);
}

Status TransactionUses::wait_ended() {
  std::unique_lock lock(mutex_);
  return wait_for_others(changed_, lock, InterruptScope::current(),
                         [this] { return uses_.empty() || *uses_.rbegin() <= Clock::now(); });
}

}  // namespace cairn
