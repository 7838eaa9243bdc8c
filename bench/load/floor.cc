#include "bench/load/floor.h"

#include "bench/latency/processor_time.h"
#include "bench/load/temporary_directory.h"

#include "engine/storage/change.h"
#include "engine/storage/counters.h"
#include "engine/storage/keys.h"
#include "engine/storage/rocks_store.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

namespace cairn::load {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Keyspace kDocuments = 1;
constexpr Keyspace kIdIndex = 2;
constexpr int kGroup = 8;  // inserts that are written at once
constexpr std::uint64_t kMemoryBytes = 1'000'000'000;

Status to_status(const rocksdb::Status& status) {
  return status.ok() ? Status() : Status(ErrorCode::kInternalError, status.ToString());
}

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

class RawStore {
 public:
  RawStore(RocksStore& store, const WorkloadOptions& workload) : store_(store) {
    DocumentBuilder builder(document_);
    builder.append("_id", ObjectId::generate()).append("n", std::int32_t{1});
    const auto wanted = static_cast<std::size_t>(workload.document_bytes);
    std::mt19937_64 random(1);
    std::string payload(wanted - std::min(wanted, builder.size() + 14), ' ');
    for (char& c : payload) c = "etaoin shrdlu"[random() % 13];
    builder.append("payload", payload);
    builder.finish();
    const Document key = document("_id", ObjectId::generate());
    append_change_header(header_,
                         {.kind = ChangeKind::kInsert,
                          .keyspace = kDocuments,
                          .name = "cairn_load.documents_inserted",
                          .document_key = key.bytes(),
                          .document = document_},
                         {.previous_op = 1, .wall_ms = 1, .last_of_commit = true});
  }

  Status insert_group() {
    batch_.Clear();
    for (int i = 0; i < kGroup; ++i) CAIRN_RETURN_IF_ERROR(add(++inserted_));
    CAIRN_RETURN_IF_ERROR(
        to_status(batch_.Put(store_.family(Family::kMeta), counters_key_, totals_)));
    return to_status(store_.db().Write({}, &batch_));
  }

  Status get(RecordId record) {
    const RecordKey key(kDocuments, record);
    value_.Reset();
    return to_status(store_.db().Get(store_.read_options(), store_.family(Family::kDoc),
                                     slice_of(key), &value_));
  }

  std::uint64_t inserted() const { return inserted_; }

 private:
  Status add(RecordId record) {
    const RecordKey record_key(kDocuments, record);
    const OpKey number(record);
    id_key_.clear();
    const ObjectId id = ObjectId::generate();
    append_u32(id_key_, kIdIndex);
    id_key_.push_back('\x01');  // where KS has its type
    id_key_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
    id_key_.push_back('\x04');  // and its end
    value_.Reset();
    const rocksdb::Status taken =
        store_.db().Get(store_.read_options(), store_.family(Family::kIdx), id_key_, &value_);
    if (!taken.IsNotFound() && !taken.ok()) return to_status(taken);
    const rocksdb::Slice key = slice_of(number);
    const rocksdb::Slice value[2] = {header_, document_};
    CAIRN_RETURN_IF_ERROR(
        to_status(batch_.Put(store_.family(Family::kDoc), slice_of(record_key), document_)));
    CAIRN_RETURN_IF_ERROR(
        to_status(batch_.Put(store_.family(Family::kIdx), id_key_, slice_of(number))));
    return to_status(batch_.Put(store_.family(Family::kOplog), {&key, 1}, {value, 2}));
  }

  RocksStore& store_;
  std::string document_;
  std::string header_;
  std::string id_key_;
  rocksdb::WriteBatch batch_;
  rocksdb::PinnableSlice value_;
  std::uint64_t inserted_ = 0;
  const std::string counters_key_ = counters_key(kDocuments);
  const std::string totals_ = encode_totals({});
};

void take_note(Figures& figures, Clock::time_point& last, int operations) {
  const Clock::time_point now = Clock::now();
  for (int i = 0; i < operations; ++i) figures.latencies.add((now - last) / operations);
  figures.documents += operations;
  last = now;
}

Status run_inserts(RawStore& store, std::chrono::milliseconds duration, Figures& figures) {
  const Clock::time_point began = Clock::now();
  for (Clock::time_point last = began; last < began + duration;) {
    CAIRN_RETURN_IF_ERROR(store.insert_group());
    take_note(figures, last, kGroup);
  }
  return Status();
}

Status run_finds(RawStore& store, std::chrono::milliseconds duration, Figures& figures) {
  std::mt19937_64 random(2);
  const Clock::time_point began = Clock::now();
  for (Clock::time_point last = began; last < began + duration;) {
    for (int i = 0; i < kGroup; ++i) {
      CAIRN_RETURN_IF_ERROR(store.get(1 + random() % store.inserted()));
    }
    take_note(figures, last, kGroup);
  }
  return Status();
}

}  // namespace

bool is_floor(std::string_view operation) {
  return operation == "rawInsert" || operation == "rawFind";
}

Result<Figures> run_floor(std::string_view operation, std::chrono::milliseconds duration,
                          const WorkloadOptions& workload) {
  const TemporaryDirectory directory;
  CAIRN_ASSIGN_OR_RETURN(const auto opened,
                         RocksStore::open({.path = directory.path() / "rocks",
                                           .memory_bytes = kMemoryBytes,
                                           .create = true,
                                           .env = rocksdb::Env::Default(),
                                           .health = std::make_shared<WriteHealth>(nullptr)}));
  RawStore store(*opened, workload);
  Figures figures{.operation = std::string(operation)};
  const bool finds = operation == "rawFind";
  while (finds && store.inserted() < static_cast<std::uint64_t>(workload.documents)) {
    CAIRN_RETURN_IF_ERROR(store.insert_group());
  }
  const double before = bench::processor_seconds();
  const Clock::time_point began = Clock::now();
  CAIRN_RETURN_IF_ERROR(finds ? run_finds(store, duration, figures)
                              : run_inserts(store, duration, figures));
  figures.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  figures.client_seconds = bench::processor_seconds() - before;
  return figures;
}

}  // namespace cairn::load
