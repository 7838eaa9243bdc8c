// The thread sleeps until something is unsynced, then up to the interval, less if somebody waits;
// then one fsync serves all. `committed` and the falling asleep are ordered by sequentially
// consistent atomics, so no commit is missed.
#include "engine/storage/durability.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "engine/storage/commit_log.h"

namespace cairn {

namespace {

using Clock = std::chrono::steady_clock;
// Between two watermark files.
constexpr auto kWatermarkInterval = std::chrono::milliseconds(100);

// A thread inside wait_durable.
struct Blocked {
  std::binary_semaphore woken{0};
  Status status;
};

struct Entry {
  Syncer::Callback callback;
  Blocked* blocked = nullptr;
};

void tell(Entry& entry, const Status& status) {
  if (entry.blocked == nullptr) return entry.callback(status);
  entry.blocked->status = status;
  entry.blocked->woken.release();
}

}  // namespace

struct Syncer::State {
  State(CommitLog& commit_log, Options given) : log(commit_log), options(std::move(given)) {}

  bool unsynced() const { return committed.load() > durable.load(); }
  void run();
  void sleep_until_needed(std::unique_lock<std::mutex>& lock);
  void sync(std::unique_lock<std::mutex>& lock);
  void note_watermark(Clock::time_point now);
  std::vector<Entry> take_due(OpNumber upto);

  CommitLog& log;
  const Options options;
  std::atomic<OpNumber> committed{0};
  std::atomic<OpNumber> durable{0};
  std::atomic<bool> asleep{false};
  std::atomic<std::uint64_t> syncs{0};

  std::mutex mutex;  // guards what follows
  std::condition_variable wake;
  std::multimap<OpNumber, Entry> waiting;
  bool stopping = false;

  // The thread's own.
  bool log_usable = true;
  OpNumber watermark = 0;
  Clock::time_point next_watermark{};
  std::thread thread;
};

Syncer::Syncer(CommitLog& log, Options options) : state_(new State(log, std::move(options))) {
  state_->committed = state_->durable = state_->watermark = state_->options.durable_op;
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Syncer::~Syncer() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  state_->thread.join();
}

void Syncer::committed(OpNumber op) {
  state_->committed.store(op);
  if (!state_->asleep.load() || !state_->asleep.exchange(false)) return;
  // Taking the mutex makes sure that the thread is really waiting, not about to.
  { std::lock_guard lock(state_->mutex); }
  state_->wake.notify_all();
}

OpNumber Syncer::durable_op() const { return state_->durable.load(); }
std::uint64_t Syncer::syncs() const { return state_->syncs.load(); }

Status Syncer::wait_durable(OpNumber op, Clock::time_point deadline) {
  if (op <= state_->durable.load()) return {};
  Blocked blocked;
  {
    std::lock_guard lock(state_->mutex);
    if (op <= state_->durable.load()) return {};
    if (state_->stopping) return {ErrorCode::kShutdownInProgress, "the store is closing"};
    state_->waiting.emplace(op, Entry{{}, &blocked});
  }
  state_->wake.notify_all();
  if (deadline == kNoDeadline) {
    blocked.woken.acquire();
    return std::move(blocked.status);
  }
  if (blocked.woken.try_acquire_until(deadline)) return std::move(blocked.status);
  {
    std::lock_guard lock(state_->mutex);
    const auto [first, last] = state_->waiting.equal_range(op);
    for (auto at = first; at != last; ++at) {
      if (at->second.blocked != &blocked) continue;
      state_->waiting.erase(at);
      return {ErrorCode::kMaxTimeMSExpired, "waiting for durability exceeded its time limit"};
    }
  }
  blocked.woken.acquire();  // the thread has taken it: it will tell
  return std::move(blocked.status);
}

void Syncer::on_durable(OpNumber op, Callback callback) {
  if (op <= state_->durable.load()) return callback({});
  std::unique_lock lock(state_->mutex);
  const bool durable = op <= state_->durable.load();
  if (!durable && !state_->stopping) {
    state_->waiting.emplace(op, Entry{std::move(callback), nullptr});
    lock.unlock();
    return state_->wake.notify_all();
  }
  lock.unlock();
  callback(durable ? Status() : Status(ErrorCode::kShutdownInProgress, "the store is closing"));
}

void Syncer::State::run() {
  std::unique_lock lock(mutex);
  while (true) {
    sleep_until_needed(lock);
    if (unsynced()) {
      sync(lock);
    } else if (stopping) {
      break;
    }
    if (stopping && !unsynced()) break;
    if (stopping && !log_usable) break;
  }
  note_watermark(next_watermark);
  std::vector<Entry> rest = take_due(UINT64_MAX);
  lock.unlock();
  for (Entry& entry : rest) {
    tell(entry, Status(ErrorCode::kShutdownInProgress, "the store is closing"));
  }
}

void Syncer::State::sleep_until_needed(std::unique_lock<std::mutex>& lock) {
  asleep = true;
  const auto needed = [this] { return stopping || unsynced(); };
  if (watermark < durable.load()) {
    // The last fsync came too soon after the watermark before it.
    if (!wake.wait_until(lock, next_watermark, needed)) {
      lock.unlock();  // the commit leader must not wait for a file
      note_watermark(Clock::now());
      lock.lock();
    }
  }
  wake.wait(lock, needed);
  asleep = false;
  const auto hurried = [this] {
    return stopping || (!waiting.empty() && waiting.begin()->first <= committed.load());
  };
  wake.wait_for(lock, std::chrono::milliseconds(options.interval_ms), hurried);
}

void Syncer::State::sync(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const OpNumber target = committed.load();
  const Status synced = log.sync();
  syncs.fetch_add(1);
  log_usable = synced.ok();
  if (synced.ok()) {
    durable.store(target);
  } else if (options.on_error) {
    options.on_error(synced);
  }
  lock.lock();
  std::vector<Entry> due = take_due(target);
  lock.unlock();
  for (Entry& entry : due) tell(entry, synced);
  if (synced.ok()) note_watermark(Clock::now());
  lock.lock();
  if (synced.ok() || stopping) return;
  // A broken disk is asked again, but not in a hot loop.
  wake.wait_for(lock, std::chrono::milliseconds(options.interval_ms), [this] { return stopping; });
}

void Syncer::State::note_watermark(Clock::time_point now) {
  const OpNumber op = durable.load();
  if (op == watermark || now < next_watermark || !options.write_watermark) return;
  if (const Status written = options.write_watermark(op); !written.ok()) {
    if (options.on_error) options.on_error(written);
  }
  watermark = op;
  next_watermark = Clock::now() + kWatermarkInterval;
}

std::vector<Entry> Syncer::State::take_due(OpNumber upto) {
  std::vector<Entry> due;
  auto at = waiting.begin();
  for (; at != waiting.end() && at->first <= upto; ++at) due.push_back(std::move(at->second));
  waiting.erase(waiting.begin(), at);
  return due;
}

}  // namespace cairn
