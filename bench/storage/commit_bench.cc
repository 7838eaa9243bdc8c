// The commit pipeline against the raw RocksDB beneath it: the same keys, the same bytes, the same
// options, in one run.
//
// Each operation stores a 1 KB document, its `_id` index entry, its oplog row and its collection's
// totals. Raw: each thread writes its own WriteBatch (with sync: WriteOptions::sync). Rounds
// alternate, and the medians' ratio is printed. The first argument is the operations per round and
// configuration (default 40000), the second the threads (default 1, 16 and 64);
// `--benchmark_min_time…` (ctest) means a short run.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include "engine/storage/rocks_store.h"
#include "engine/storage/storage.h"

namespace cairn {
namespace {

constexpr std::uint64_t kMemoryBytes = 512ULL << 20;
constexpr int kRounds = 5;

struct Setup {
  int threads;
  bool sync;
};

// A half compressible kilobyte.
std::string make_document() {
  std::string document(1024, 'x');
  std::uint32_t random = 12345;
  for (std::size_t i = 0; i < 512; ++i) {
    random = random * 1664525 + 1013904223;
    document[i] = static_cast<char>(random >> 24);
  }
  return document;
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

void check(const rocksdb::Status& status) {
  if (!status.ok()) fail(status.ToString());
}

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

std::string index_key(RecordId id) {
  std::string key;
  append_index_key(key, 2, "\x64" + std::string(12, static_cast<char>(id)));
  append_u64(key, id * 0x9E3779B97F4A7C15ULL);
  return key;
}

struct Rate {
  double per_second;
  double cpu_us;  // of the writing threads, per operation: steadier than time on a busy machine
};

double thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// What `threads` threads reach that call `work(id)` `operations` times.
template <typename Work>
Rate timed(int threads, int operations, Work work) {
  const auto start = std::chrono::steady_clock::now();
  std::atomic<double> cpu_us{0};
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([t, threads, operations, &work, &cpu_us] {
      for (int i = t; i < operations; i += threads) work(static_cast<RecordId>(i) + 1);
      cpu_us += thread_cpu_us();
    });
  }
  for (auto& thread : running) thread.join();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return {operations / taken.count(), cpu_us / operations};
}

class Directory {
 public:
  explicit Directory(const std::string& name)
      : path_(std::filesystem::current_path() / ("commit_bench." + name)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

Rate raw_rate(const Setup& setup, int operations, const std::string& document) {
  const Directory directory("raw");
  auto store = RocksStore::open({.path = directory.path(),
                                 .memory_bytes = kMemoryBytes,
                                 .create = true,
                                 .env = rocksdb::Env::Default(),
                                 .health = std::make_shared<WriteHealth>(nullptr)});
  if (!store.ok()) fail(store.status().to_string());
  RocksStore& rocks = **store;
  std::string row;
  append_change_header(row,
                       {.kind = ChangeKind::kInsert,
                        .keyspace = 1,
                        .name = "test.bench",
                        .document_key = document.substr(0, 22),
                        .document = document},
                       {});
  row += document;
  rocksdb::WriteOptions options;
  options.sync = setup.sync;
  const std::string totals = encode_totals({});
  const std::string totals_key = counters_key(1);
  return timed(setup.threads, operations, [&](RecordId id) {
    thread_local rocksdb::WriteBatch batch;
    batch.Clear();
    const RecordKey key(1, id);
    const OpKey op(id);
    check(batch.Put(rocks.family(Family::kDoc), slice_of(key), document));
    check(batch.Put(rocks.family(Family::kIdx), index_key(id), slice_of(OpKey(id))));
    check(batch.Put(rocks.family(Family::kOplog), slice_of(op), row));
    check(batch.Put(rocks.family(Family::kMeta), totals_key, totals));
    check(rocks.db().Write(options, &batch));
  });
}

Rate pipeline_rate(const Setup& setup, int operations, const std::string& document) {
  const Directory directory("cairn");
  auto opened = Storage::open(directory.path(), {.memory_bytes = kMemoryBytes});
  if (!opened.ok()) fail(opened.status().to_string());
  Storage& storage = **opened;
  const auto counters = storage.counters().get(1);
  const std::string_view document_key = std::string_view(document).substr(0, 22);
  return timed(setup.threads, operations, [&](RecordId id) {
    WriteUnit unit;
    const RecordKey key(1, id);
    const std::string index = index_key(id);
    const std::uint64_t hash = key_hash(Family::kIdx, index);
    auto intents = storage.intents().lock({&hash, 1});
    unit.put(Family::kDoc, key, document, Bytes::kBorrow);
    unit.put(Family::kIdx, index, OpKey(id));
    unit.change({.kind = ChangeKind::kInsert,
                 .keyspace = 1,
                 .name = "test.bench",
                 .document_key = document_key,
                 .document = document},
                Bytes::kBorrow);
    unit.count(*counters, {.documents = 1, .bytes = 1024, .highest_record_id = id});
    auto receipt = storage.commits().commit(unit, &*intents);
    if (!receipt.ok()) fail(receipt.status().to_string());
    intents->release();
    if (!setup.sync) return;
    const Status durable = storage.syncer().wait_durable(receipt->last_op);
    if (!durable.ok()) fail(durable.to_string());
  });
}

double median(const std::vector<Rate>& rates, double Rate::*member) {
  std::vector<double> values;
  for (const Rate& rate : rates) values.push_back(rate.*member);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void report(const Setup& setup, int operations, int rounds) {
  const std::string document = make_document();
  std::vector<Rate> raw;
  std::vector<Rate> ours;
  for (int round = 0; round < rounds; ++round) {
    raw.push_back(raw_rate(setup, operations, document));
    ours.push_back(pipeline_rate(setup, operations, document));
  }
  const double raw_rate = median(raw, &Rate::per_second);
  const double our_rate = median(ours, &Rate::per_second);
  const double raw_cpu = median(raw, &Rate::cpu_us);
  const double our_cpu = median(ours, &Rate::cpu_us);
  std::printf("%7d  %-4s  %9.0f  %9.0f  %5.2f  %11.1f  %11.1f  %5.2f\n", setup.threads,
              setup.sync ? "yes" : "no", raw_rate, our_rate, our_rate / raw_rate, raw_cpu, our_cpu,
              raw_cpu / our_cpu);
  std::fflush(stdout);
}

}  // namespace

int run(int operations, int rounds, const std::vector<int>& threads) {
  std::printf("threads  sync      raw/s     ours/s  ratio  raw cpu us   our cpu us  ratio\n");
  for (const int n : threads) report({n, false}, operations, rounds);
  const int synced = std::max(operations / 40, 200);
  for (const int n : threads) report({n, true}, synced, rounds);
  return 0;
}

}  // namespace cairn

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string_view(argv[1]).starts_with("--");
  const int operations = quick ? 500 : argc > 1 ? std::atoi(argv[1]) : 40000;
  std::vector<int> threads = {1, 16, 64};
  if (argc > 2) threads = {std::atoi(argv[2])};
  return cairn::run(operations, quick ? 1 : cairn::kRounds, threads);
}
