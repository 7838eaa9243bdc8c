// Leading: at most one thread is the leader. Who comes while there is one joins the group that
// forms; of those who wait in it the first sleeps until it is its turn to lead, the others until
// their group is done. A group in which nobody waits is led by the leader before it. A group stays
// open to newcomers until its leader takes it, so groups grow with the load.
//
// Invariant, under the mutex: while nobody leads, nobody waits; forming groups have staged units
// only.
#include "engine/storage/commit_pipeline.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <utility>
#include <vector>

#include "engine/storage/commit_group.h"
#include "engine/storage/rocks_store.h"

namespace cairn {

namespace {

// A forming group takes no more units beyond this: latency, and memory of the batch.
constexpr std::size_t kGroupBytes = 4 << 20;

std::int64_t system_clock_ms() {
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

struct CommitPipeline::Waiter {
  const WriteUnit* unit;
  CommitReceipt receipt;
  Status status;
  std::unique_ptr<StagedCommit> staged;  // null: its writer waits
};

struct CommitPipeline::Forming {
  std::vector<Waiter*> waiters;
  std::deque<Waiter> staged;  // those of `waiters` that belong to the group
  std::size_t bytes = 0;
  bool has_leader = false;             // somebody waits to lead it
  std::atomic<std::uint32_t> turn{0};  // 1: who waits to lead it does
  std::atomic<std::uint32_t> done{0};  // 1: receipts and statuses are set

  // Tells all that wait for the group how it went.
  void tell();
};

void CommitPipeline::Forming::tell() {
  done.store(1, std::memory_order_release);
  done.notify_all();
  for (Waiter& waiter : staged) {
    if (waiter.status.ok()) waiter.staged->intents.committed(waiter.receipt.sequence);
    waiter.staged->done(waiter.status);
    waiter.staged.reset();
  }
}

struct CommitPipeline::State {
  State(RocksStore& rocks, CommitLog& commit_log, Options given)
      : store(rocks),
        log(commit_log),
        options(std::move(given)),
        newest_op(options.last_op),
        group(rocks, options.last_op, options.last_row_op),
        last_op(options.last_op) {}

  RocksStore& store;
  CommitLog& log;
  const Options options;

  std::mutex mutex;  // guards what follows
  bool leading = false;
  std::deque<Group> forming;
  OpNumber newest_op;  // given out; none twice, since a failed write may yet reach the disk

  // The leader's own.
  CommitGroup group;
  Epoch epoch = 0;
  LogPosition end = 0;

  std::atomic<OpNumber> last_op;
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> groups{0};
  std::atomic<std::uint64_t> changes{0};
  std::atomic<std::uint64_t> bytes{0};
};

CommitPipeline::CommitPipeline(RocksStore& store, CommitLog& log, Options options)
    : state_(new State(store, log, [&options] {
        if (!options.clock) options.clock = system_clock_ms;
        return std::move(options);
      }())) {}

CommitPipeline::~CommitPipeline() = default;  // REQUIRES: nothing is staged

Status CommitPipeline::start() {
  CAIRN_ASSIGN_OR_RETURN(state_->epoch, state_->log.acquire());
  CAIRN_ASSIGN_OR_RETURN(state_->end, state_->log.barrier());
  return {};
}

OpNumber CommitPipeline::last_op() const { return state_->last_op.load(std::memory_order_acquire); }

Result<CommitReceipt> CommitPipeline::commit(const WriteUnit& unit, Intents* intents) {
  if (unit.empty())
    return CommitReceipt{last_op(), last_op(), state_->store.db().GetLatestSequenceNumber()};
  if (state_->options.admit) CAIRN_RETURN_IF_ERROR(state_->options.admit());
  Waiter waiter{&unit, {}, {}, {}};
  CAIRN_RETURN_IF_ERROR(apply(waiter, std::unique_lock(state_->mutex)));
  if (intents != nullptr) intents->committed(waiter.receipt.sequence);
  return waiter.receipt;
}

Status CommitPipeline::advance_to(OpNumber op) {
  if (op <= last_op()) return {};
  if (state_->options.admit) CAIRN_RETURN_IF_ERROR(state_->options.admit());
  const WriteUnit nothing;
  Waiter waiter{&nothing, {}, {}, {}};
  std::unique_lock lock(state_->mutex);
  state_->newest_op = std::max(state_->newest_op, op - 1);
  return apply(waiter, std::move(lock));
}

// Gives `waiter` its number and returns when it is applied, or has failed.
Status CommitPipeline::apply(Waiter& waiter, std::unique_lock<std::mutex> lock) {
  number(waiter);
  if (state_->leading || !state_->forming.empty()) {
    wait_in_line(waiter, lock);
  } else {
    state_->leading = true;
    lock.unlock();
    Waiter* const alone = &waiter;
    lead({&alone, 1});
    lead_on(pass_on());
  }
  return std::move(waiter.status);
}

Result<CommitReceipt> CommitPipeline::stage(std::unique_ptr<StagedCommit> staged) {
  if (state_->options.admit) CAIRN_RETURN_IF_ERROR(state_->options.admit());
  const WriteUnit& unit = staged->unit;
  const std::lock_guard lock(state_->mutex);
  Forming& group = *join(unit.bytes());
  Waiter& waiter = group.staged.emplace_back(Waiter{&unit, {}, {}, std::move(staged)});
  number(waiter);
  group.waiters.push_back(&waiter);
  return waiter.receipt;
}

void CommitPipeline::lead_staged() {
  Group group;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->leading || state_->forming.empty()) return;
    state_->leading = true;
    group = take_front();
  }
  lead_on(std::move(group));
}

// REQUIRES: the mutex, as the three that follow.
void CommitPipeline::number(Waiter& waiter) {
  const auto seconds = static_cast<OpNumber>(state_->options.clock() / 1000);
  waiter.receipt.first_op = std::max(state_->newest_op + 1, (seconds << 32) | 1);
  const std::size_t more = std::max<std::size_t>(waiter.unit->changes().size(), 1) - 1;
  waiter.receipt.last_op = state_->newest_op = waiter.receipt.first_op + more;
}

// The group that a unit of so many bytes joins.
CommitPipeline::Group& CommitPipeline::join(std::size_t bytes) {
  auto& forming = state_->forming;
  if (forming.empty() || forming.back()->bytes + bytes > kGroupBytes) {
    forming.push_back(std::make_shared<Forming>());
  }
  forming.back()->bytes += bytes;
  return forming.back();
}

CommitPipeline::Group CommitPipeline::take_front() {
  Group front = std::move(state_->forming.front());
  state_->forming.pop_front();
  return front;
}

void CommitPipeline::wait_in_line(Waiter& waiter, std::unique_lock<std::mutex>& lock) {
  const Group mine = join(waiter.unit->bytes());
  mine->waiters.push_back(&waiter);
  const bool leads = !std::exchange(mine->has_leader, true);
  if (!state_->leading) {  // staged units come first
    state_->leading = true;
    Group front = take_front();
    const bool is_mine = front == mine;
    lock.unlock();
    lead_on(std::move(front));
    if (is_mine) return;
  } else {
    lock.unlock();
  }
  if (!leads) {
    mine->done.wait(0, std::memory_order_acquire);
    return;
  }
  mine->turn.wait(0, std::memory_order_acquire);
  lock.lock();
  Group front = take_front();  // it is ours: groups lead in the order in which they formed
  lock.unlock();
  lead_on(std::move(front));
}

// REQUIRES: the caller leads. Leads `group` (none: nothing to do) and those after it in which
// nobody waits.
void CommitPipeline::lead_on(Group group) {
  while (group != nullptr) {
    lead(group->waiters);
    Group next = pass_on();
    group->tell();
    group = std::move(next);
  }
}

// The group that the leader has to lead next, or null: it leads no more.
CommitPipeline::Group CommitPipeline::pass_on() {
  Group next;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->forming.empty()) {
      state_->leading = false;
      return nullptr;
    }
    if (!state_->forming.front()->has_leader) return take_front();
    next = state_->forming.front();
  }
  next->turn.store(1, std::memory_order_release);
  next->turn.notify_one();
  return nullptr;
}

Result<LogPosition> CommitPipeline::append() {
  Result<LogPosition> end = Status(ErrorCode::kInternalError, "the log gave no answer");
  std::atomic<std::uint32_t> answered{0};
  state_->log.append(state_->epoch, state_->end, LogBatch(state_->group.batch()),
                     [&end, &answered](Result<LogPosition> answer) {
                       end = std::move(answer);
                       answered.store(1, std::memory_order_release);
                       answered.notify_one();
                     });
  answered.wait(0, std::memory_order_acquire);
  return end;
}

void CommitPipeline::lead(std::span<Waiter* const> waiters) {
  CommitGroup& group = state_->group;
  if (state_->options.at_step) state_->options.at_step(kStepCommitBegins);
  group.begin(state_->options.clock());
  DeadKeys::Writing writing = state_->store.dead_keys().writing();
  for (Waiter* waiter : waiters) group.add(*waiter->unit, waiter->receipt.first_op);
  group.finish();
  Result<LogPosition> end = append();
  writing.unlock();
  if (!end.ok()) {
    group.abandoned();
    for (Waiter* waiter : waiters) waiter->status = end.status();
    return;
  }
  if (state_->options.at_step) state_->options.at_step(kStepCommitWritten);
  state_->end = *end;
  group.applied();
  for (Waiter* waiter : waiters) waiter->receipt.sequence = *end;
  state_->last_op.store(group.last_op(), std::memory_order_release);
  state_->commits.fetch_add(waiters.size(), std::memory_order_relaxed);
  state_->groups.fetch_add(1, std::memory_order_relaxed);
  state_->changes.fetch_add(group.changes(), std::memory_order_relaxed);
  state_->bytes.fetch_add(group.batch().GetDataSize(), std::memory_order_relaxed);
  if (state_->options.on_commit) {
    state_->options.on_commit(group.last_op(), group.oplog_bytes());
  }
}

CommitCounts CommitPipeline::counts() const {
  return {.commits = state_->commits.load(std::memory_order_relaxed),
          .groups = state_->groups.load(std::memory_order_relaxed),
          .changes = state_->changes.load(std::memory_order_relaxed),
          .bytes = state_->bytes.load(std::memory_order_relaxed)};
}

}  // namespace cairn
