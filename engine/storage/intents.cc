// Hashes are spread over stripes; each stripe has a mutex, the hashes held in it, and the commits
// remembered for open transactions. The order in which one `lock` takes its hashes is their numeric
// order.
#include "engine/storage/intents.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

namespace cairn {

struct IntentTable::Stripe {
  struct Held {
    std::uint64_t hash;
    std::uint64_t owner;
  };

  std::mutex mutex;
  std::condition_variable released;
  std::uint32_t waiting = 0;
  std::vector<Held> held;
  // Commits remembered while transactions are open; void when its generation is not the table's.
  std::unordered_map<std::uint64_t, std::uint64_t> commits;
  std::uint64_t generation = 0;

  Held* find(std::uint64_t hash) {
    const auto at = std::find_if(held.begin(), held.end(),
                                 [hash](const Held& one) { return one.hash == hash; });
    return at == held.end() ? nullptr : &*at;
  }
};

namespace {

// How often who waits looks at its interrupt, which wakes nobody.
constexpr std::chrono::milliseconds kLook(10);

Status conflict(std::string_view why) {
  return {ErrorCode::kWriteConflict, "WriteConflict: " + std::string(why)};
}

}  // namespace

Intents::Intents(Intents&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)),
      owner_(other.owner_),
      held_(std::exchange(other.held_, {})) {}

Intents& Intents::operator=(Intents&& other) noexcept {
  if (this == &other) return *this;
  release();
  table_ = std::exchange(other.table_, nullptr);
  owner_ = other.owner_;
  held_ = std::exchange(other.held_, {});
  return *this;
}

Status Intents::extend(std::span<const std::uint64_t> hashes, const LockOptions& options) {
  if (hashes.size() == 1) {  // most writes are of one document: nothing to sort
    CAIRN_ASSIGN_OR_RETURN(const bool fresh, table_->acquire(hashes.front(), owner_, options));
    if (fresh) held_.push_back(hashes.front());
    return {};
  }
  std::vector<std::uint64_t> wanted(hashes.begin(), hashes.end());
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const std::size_t before = held_.size();
  held_.reserve(before + wanted.size());
  for (const std::uint64_t hash : wanted) {
    Result<bool> fresh = table_->acquire(hash, owner_, options);
    if (!fresh.ok()) {
      for (std::size_t i = before; i < held_.size(); ++i) table_->release(held_[i], owner_);
      held_.resize(before);
      return fresh.take_status();
    }
    if (*fresh) held_.push_back(hash);
  }
  return {};
}

void Intents::release() {
  if (table_ == nullptr) return;
  for (const std::uint64_t hash : held_) table_->release(hash, owner_);
  held_.clear();
}

void Intents::committed(std::uint64_t sequence) {
  // A read-modify-write, not a load: it orders the commit before the question "is a transaction
  // open?".
  if (table_ == nullptr || table_->watchers_.fetch_add(0) == 0) return;
  for (const std::uint64_t hash : held_) table_->remember(hash, sequence);
}

ConflictWatch::ConflictWatch(IntentTable& table) : table_(&table) {
  std::lock_guard lock(table.watch_mutex_);
  id_ = table.next_watch_++;
  table.watches_.emplace(id_, 0);
  table.watchers_.fetch_add(1);
}

ConflictWatch::ConflictWatch(ConflictWatch&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)), id_(other.id_) {}

ConflictWatch& ConflictWatch::operator=(ConflictWatch&& other) noexcept {
  if (this == &other) return *this;
  if (table_ != nullptr) table_->unwatch(id_);
  table_ = std::exchange(other.table_, nullptr);
  id_ = other.id_;
  return *this;
}

ConflictWatch::~ConflictWatch() {
  if (table_ != nullptr) table_->unwatch(id_);
}

void ConflictWatch::started_at(std::uint64_t sequence) {
  std::lock_guard lock(table_->watch_mutex_);
  table_->watches_[id_] = sequence;
}

IntentTable::IntentTable() : stripes_(new Stripe[kStripes]) {}
IntentTable::~IntentTable() = default;

IntentTable::Stripe& IntentTable::stripe_of(std::uint64_t hash) {
  return stripes_[hash % kStripes];
}

Result<Intents> IntentTable::lock(std::span<const std::uint64_t> hashes,
                                  const LockOptions& options) {
  Intents intents;
  intents.table_ = this;
  intents.owner_ = next_owner_.fetch_add(1, std::memory_order_relaxed);
  CAIRN_RETURN_IF_ERROR(intents.extend(hashes, options));
  return intents;
}

Result<bool> IntentTable::acquire(std::uint64_t hash, std::uint64_t owner,
                                  const LockOptions& options) {
  Stripe& stripe = stripe_of(hash);
  std::optional<ThreadWait> waits;  // for a transaction: a commit takes moments
  std::unique_lock lock(stripe.mutex);
  while (Stripe::Held* held = stripe.find(hash)) {
    if (held->owner == owner) return false;
    if (options.on_conflict == OnConflict::kFail) {
      return conflict("another operation is writing the same document");
    }
    ++stripe.waiting;
    const auto look = std::chrono::steady_clock::now() + kLook;
    const auto until = std::min(options.deadline, look);
    const bool woken = stripe.released.wait_until(lock, until) == std::cv_status::no_timeout;
    --stripe.waiting;
    if (woken) continue;
    if (options.deadline <= look) {
      return Status(ErrorCode::kMaxTimeMSExpired, "operation exceeded time limit");
    }
    CAIRN_RETURN_IF_ERROR(InterruptScope::check());
    if (!waits) waits.emplace();
  }
  if (options.snapshot != UINT64_MAX && stripe.generation == generation_.load()) {
    const auto commit = stripe.commits.find(hash);
    if (commit != stripe.commits.end() && commit->second > options.snapshot) {
      return conflict("the document has changed since the transaction began");
    }
  }
  stripe.held.push_back({hash, owner});
  return true;
}

void IntentTable::release(std::uint64_t hash, std::uint64_t owner) {
  Stripe& stripe = stripe_of(hash);
  bool wake = false;
  {
    std::lock_guard lock(stripe.mutex);
    Stripe::Held* held = stripe.find(hash);
    if (held == nullptr || held->owner != owner) return;
    *held = stripe.held.back();
    stripe.held.pop_back();
    wake = stripe.waiting != 0;
  }
  if (wake) stripe.released.notify_all();
}

void IntentTable::remember(std::uint64_t hash, std::uint64_t sequence) {
  Stripe& stripe = stripe_of(hash);
  std::lock_guard lock(stripe.mutex);
  const std::uint64_t generation = generation_.load();
  if (stripe.generation != generation) {
    stripe.commits.clear();
    stripe.generation = generation;
  }
  if (stripe.commits.insert_or_assign(hash, sequence).second) {
    remembered_.fetch_add(1, std::memory_order_relaxed);
  }
}

void IntentTable::unwatch(std::uint64_t id) {
  std::lock_guard lock(watch_mutex_);
  watches_.erase(id);
  watchers_.fetch_sub(1);
  const std::uint64_t remembered = remembered_.load(std::memory_order_relaxed);
  if (watches_.empty()) {
    // Nobody can ask any more: one step makes all stripes void; a large table gives its memory back
    // too.
    generation_.fetch_add(1);
    remembered_.store(0, std::memory_order_relaxed);
    if (remembered > kSweepAt) forget_before(UINT64_MAX);
    return;
  }
  if (remembered <= sweep_at_) return;
  std::uint64_t oldest = UINT64_MAX;
  for (const auto& [watch, sequence] : watches_) oldest = std::min(oldest, sequence);
  forget_before(oldest);
  sweep_at_ = std::max(kSweepAt, 2 * remembered_.load(std::memory_order_relaxed));
}

void IntentTable::forget_before(std::uint64_t sequence) {
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < kStripes; ++i) {
    std::lock_guard lock(stripes_[i].mutex);
    auto& commits = stripes_[i].commits;
    if (stripes_[i].generation != generation_.load()) {
      commits = {};
      continue;
    }
    std::erase_if(commits, [sequence](const auto& one) { return one.second <= sequence; });
    left += commits.size();
  }
  remembered_.store(left, std::memory_order_relaxed);
}

std::size_t IntentTable::remembered_commits() const {
  return remembered_.load(std::memory_order_relaxed);
}

}  // namespace cairn
