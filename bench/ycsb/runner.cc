#include "bench/ycsb/runner.h"

#include "bench/ycsb/insert_sequence.h"
#include "bench/ycsb/records.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace cairn::ycsb {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::milliseconds kTell{1000};

// One thread's part of a phase. Only `steps` is touched by others.
class Worker {
 public:
  Worker(std::unique_ptr<Connection> connection, std::uint64_t seed)
      : connection_(std::move(connection)), texts_(seed) {}

  PhaseFigures& figures() { return figures_; }
  std::uint64_t steps() const { return steps_.load(std::memory_order_relaxed); }
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  void finish() { finished_.store(true, std::memory_order_release); }

  // Takes the next `batch` numbers, as long as they are below `end`.
  void load(InsertSequence& sequence, std::uint64_t end, std::uint64_t batch) {
    std::vector<Document> records;
    std::vector<DocumentView> views;
    while (true) {
      records.clear();
      views.clear();
      while (records.size() < batch) {
        const std::uint64_t number = sequence.take();
        if (number >= end) break;
        records.push_back(make_record(number, texts_));
      }
      if (records.empty()) return;
      for (const Document& record : records) views.push_back(record);
      timed(Operation::kInsert, [&] { return connection_->insert(views); });
      steps_.fetch_add(records.size(), std::memory_order_relaxed);
    }
  }

  void run(const Workload& workload, const RecordChooser& chooser, InsertSequence& sequence,
           std::uint64_t operations) {
    for (std::uint64_t i = 0; i < operations; ++i) {
      step(workload.operation_at(draw_unit(texts_.random())), chooser, sequence);
      steps_.fetch_add(1, std::memory_order_relaxed);
    }
  }

 private:
  void step(Operation operation, const RecordChooser& chooser, InsertSequence& sequence) {
    if (operation == Operation::kInsert) return insert(sequence);
    const std::string key = record_key(chooser.choose(texts_.random(), sequence.present()));
    switch (operation) {
      case Operation::kRead:
        return timed(operation, [&] { return connection_->read(key); });
      case Operation::kScan: {
        const std::uint64_t count = 1 + draw_below(texts_.random(), kLongestScan);
        return timed(operation,
                     [&] { return connection_->scan(key, static_cast<std::int64_t>(count)); });
      }
      case Operation::kReadModifyWrite:
        return timed(operation, [&] {
          CAIRN_RETURN_IF_ERROR(connection_->read(key));
          return update(key);
        });
      default:
        return timed(operation, [&] { return update(key); });
    }
  }

  void insert(InsertSequence& sequence) {
    const std::uint64_t number = sequence.take();
    const Document record = make_record(number, texts_);
    const DocumentView view = record;
    timed(Operation::kInsert, [&] { return connection_->insert({&view, 1}); });
    sequence.inserted(number);
  }

  Status update(std::string_view key) {
    const std::uint64_t field = draw_below(texts_.random(), kFields);
    return connection_->update(key, field_name(field), texts_.next());
  }

  template <typename Work>
  void timed(Operation operation, Work work) {
    OperationFigures& figures = figures_.operations[static_cast<std::size_t>(operation)];
    const auto began = Clock::now();
    Status status = work();
    if (status.ok()) return figures.latencies.add(Clock::now() - began);
    ++figures.failed;
    if (figures_.first_failure.ok()) figures_.first_failure = std::move(status);
  }

  std::unique_ptr<Connection> connection_;
  FieldTexts texts_;
  PhaseFigures figures_;
  std::atomic<std::uint64_t> steps_{0};
  std::atomic<bool> finished_{false};
};

using Workers = std::vector<std::unique_ptr<Worker>>;

Result<Workers> connect(Store& store, const RunOptions& options, std::uint64_t salt) {
  Workers workers;
  for (std::uint64_t i = 0; i < options.threads; ++i) {
    CAIRN_ASSIGN_OR_RETURN(auto connection, store.connect());
    workers.push_back(
        std::make_unique<Worker>(std::move(connection), fnv_hash(options.seed * 1000 + i) ^ salt));
  }
  return workers;
}

PhaseFigures sum(Workers& workers) {
  PhaseFigures all;
  for (const auto& worker : workers) {
    PhaseFigures& figures = worker->figures();
    for (std::size_t i = 0; i < kOperations; ++i) {
      all.operations[i].latencies.merge(figures.operations[i].latencies);
      all.operations[i].failed += figures.operations[i].failed;
    }
    if (all.first_failure.ok()) all.first_failure = std::move(figures.first_failure);
  }
  return all;
}

void watch(const Workers& workers, std::uint64_t of,
           const std::function<void(std::uint64_t)>& tell) {
  auto told = Clock::now();
  while (!std::ranges::all_of(workers, [](const auto& w) { return w->finished(); })) {
    std::this_thread::sleep_for(kLook);
    if (Clock::now() - told < kTell) continue;
    told = Clock::now();
    std::uint64_t done = 0;
    for (const auto& worker : workers) done += worker->steps();
    tell(std::min(done, of));
  }
}

// Each worker does `work` in a thread of its own.
PhaseFigures run_all(Workers& workers, std::uint64_t of, std::string_view phase,
                     const Progress& progress,
                     const std::function<void(Worker&, std::size_t)>& work) {
  const auto began = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    threads.emplace_back([&work, &worker = *workers[i], i] {
      work(worker, i);
      worker.finish();
    });
  }
  watch(workers, of, [&](std::uint64_t done) { progress(phase, done, of); });
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = Clock::now() - began;
  PhaseFigures figures = sum(workers);
  figures.seconds = took.count();
  return figures;
}

}  // namespace

std::int64_t PhaseFigures::done() const {
  std::int64_t sum = 0;
  for (const OperationFigures& figures : operations) sum += figures.latencies.count();
  return sum;
}

std::int64_t PhaseFigures::failed() const {
  std::int64_t sum = 0;
  for (const OperationFigures& figures : operations) sum += figures.failed;
  return sum;
}

double PhaseFigures::per_second() const {
  return seconds > 0 ? static_cast<double>(done()) / seconds : 0;
}

Result<PhaseFigures> load(Store& store, const RunOptions& options, const Progress& progress) {
  CAIRN_RETURN_IF_ERROR(store.clear());
  CAIRN_ASSIGN_OR_RETURN(Workers workers, connect(store, options, 'L'));
  InsertSequence sequence(0);
  return run_all(workers, options.records, "load", progress, [&](Worker& worker, std::size_t) {
    worker.load(sequence, options.records, options.load_batch);
  });
}

Result<PhaseFigures> run(Store& store, const Workload& workload, const RunOptions& options,
                         const Progress& progress) {
  CAIRN_ASSIGN_OR_RETURN(Workers workers,
                         connect(store, options, static_cast<std::uint64_t>(workload.letter)));
  InsertSequence sequence(options.records);
  const double inserts =
      workload.share(Operation::kInsert) * static_cast<double>(options.operations);
  const RecordChooser chooser(workload.requests, options.records,
                              static_cast<std::uint64_t>(inserts));
  const std::string phase = std::string("workload ") + workload.letter;
  return run_all(workers, options.operations, phase, progress, [&](Worker& worker, std::size_t i) {
    const std::uint64_t share = options.operations / options.threads;
    const std::uint64_t rest = i < options.operations % options.threads ? 1 : 0;
    worker.run(workload, chooser, sequence, share + rest);
  });
}

}  // namespace cairn::ycsb
