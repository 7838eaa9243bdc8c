// Leading: at most one thread is the leader. Who comes while there is one joins the group that
// forms; the first of a forming group sleeps until it is its turn to lead, the others until their
// group is done. A group stays open to newcomers until its leader takes it, so groups grow with the
// load.
#include "engine/storage/commit_pipeline.h"

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
};

struct CommitPipeline::Forming {
  std::vector<Waiter*> waiters;
  std::size_t bytes = 0;
  std::atomic<std::uint32_t> turn{0};  // 1: its first waiter leads
  std::atomic<std::uint32_t> done{0};  // 1: receipts and statuses are set
};

struct CommitPipeline::State {
  State(RocksStore& rocks, CommitLog& commit_log, Options given)
      : store(rocks),
        log(commit_log),
        options(std::move(given)),
        group(rocks, options.last_op, options.last_row_op),
        last_op(options.last_op) {}

  RocksStore& store;
  CommitLog& log;
  const Options options;

  std::mutex mutex;  // guards leading and forming
  bool leading = false;
  // Shared by the waiters of each group: the last to wake frees it.
  std::deque<std::shared_ptr<Forming>> forming;

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

CommitPipeline::~CommitPipeline() = default;

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
  Waiter waiter{&unit, {}, {}};
  std::unique_lock lock(state_->mutex);
  if (state_->leading) {
    wait_in_line(waiter, lock);
  } else {
    state_->leading = true;
    lock.unlock();
    Waiter* const alone = &waiter;
    lead({&alone, 1});
    pass_on();
  }
  if (!waiter.status.ok()) return std::move(waiter.status);
  if (intents != nullptr) intents->committed(waiter.receipt.sequence);
  return waiter.receipt;
}

void CommitPipeline::wait_in_line(Waiter& waiter, std::unique_lock<std::mutex>& lock) {
  auto& forming = state_->forming;
  if (forming.empty() || forming.back()->bytes + waiter.unit->bytes() > kGroupBytes) {
    forming.push_back(std::make_shared<Forming>());
  }
  const std::shared_ptr<Forming> mine = forming.back();
  mine->waiters.push_back(&waiter);
  mine->bytes += waiter.unit->bytes();
  const bool first = mine->waiters.size() == 1;
  lock.unlock();
  if (!first) {
    mine->done.wait(0, std::memory_order_acquire);
    return;
  }
  mine->turn.wait(0, std::memory_order_acquire);
  lock.lock();
  forming.pop_front();  // it is ours: groups lead in the order in which they formed
  lock.unlock();
  lead(mine->waiters);
  pass_on();
  mine->done.store(1, std::memory_order_release);
  mine->done.notify_all();
}

void CommitPipeline::pass_on() {
  std::shared_ptr<Forming> next;
  {
    std::lock_guard lock(state_->mutex);
    if (state_->forming.empty()) {
      state_->leading = false;
      return;
    }
    next = state_->forming.front();
  }
  next->turn.store(1, std::memory_order_release);
  next->turn.notify_one();
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
  group.begin(state_->options.clock());
  for (Waiter* waiter : waiters) waiter->receipt = group.add(*waiter->unit);
  group.finish();
  Result<LogPosition> end = append();
  if (!end.ok()) {
    group.abandoned();
    for (Waiter* waiter : waiters) waiter->status = end.status();
    return;
  }
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
