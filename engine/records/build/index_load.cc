#include "engine/records/build/index_load.h"

#include "engine/records/build/row_sorter.h"
#include "engine/records/duplicate_key.h"
#include "engine/records/index_row.h"
#include "engine/records/keys/index_keys.h"
#include "engine/records/record_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cairn::records {
namespace {

constexpr std::size_t kMostThreads = 4;
constexpr std::uint64_t kRangesPerThread = 8;
constexpr int kDocumentsPerCheck = 512;

// Pieces of the collection's keyspace, about equal in record ids.
std::vector<std::pair<std::string, std::string>> split(const Reader& reader,
                                                       const CollectionEntry& collection,
                                                       std::uint64_t pieces) {
  const KeyspaceRange all(collection.keyspace());
  std::vector<std::pair<std::string, std::string>> ranges;
  if (collection.definition().clustered) {
    ranges.emplace_back(all.range().lower, all.range().upper);
    return ranges;
  }
  KeyCursor first = reader.scan(Family::kDoc, all.range());
  KeyCursor last = reader.scan(Family::kDoc, all.range(), {.direction = Direction::kBackward});
  first.seek_first();
  last.seek_first();
  if (!first.valid() || !last.valid()) return ranges;
  const RecordId begin = record_id_of(first.key());
  const RecordId end = record_id_of(last.key()) + 1;
  const RecordId step = std::max<RecordId>(1, (end - begin) / pieces + 1);
  for (RecordId at = begin; at < end; at += step) {
    ranges.emplace_back(RecordKey(collection.keyspace(), at).view(),
                        RecordKey(collection.keyspace(), std::min(at + step, end)).view());
  }
  return ranges;
}

class Loader {
 public:
  using Clock = std::chrono::steady_clock;
  Loader(Storage& storage, const CollectionEntry& collection,
         const std::vector<const IndexEntry*>& indexes, const LoadOptions& options)
      : storage_(storage),
        collection_(collection),
        indexes_(indexes),
        reader_(options.reader),
        interrupt_(options.interrupt),
        log_(options.log),
        admit_(options.admit) {}

  Status run() {
    const std::size_t threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
    ranges_ = split(reader_, collection_, threads * kRangesPerThread);
    const std::size_t used = std::max<std::size_t>(1, std::min(threads, ranges_.size()));
    make_sorters(used);
    for (const IndexEntry* index : indexes_) {
      index->shared().build_done = 0;
      index->shared().build_total = collection_.counters().documents();
    }
    run_on(used, [this](std::size_t worker) { return scan(worker); });
    run_on(std::min(used, indexes_.size()), [this](std::size_t) { return load_next(); });
    return error_;
  }

 private:
  void make_sorters(std::size_t threads) {
    constexpr std::size_t kLeast = 4 << 20;
    constexpr std::size_t kMost = 256 << 20;
    const std::size_t share = storage_.statistics().memory_budget_bytes / 4;
    const std::size_t each = std::clamp(share, kLeast, kMost) / (threads * indexes_.size());
    sorters_.resize(indexes_.size());
    for (std::vector<RowSorter>& of_index : sorters_) {
      for (std::size_t i = 0; i < threads; ++i) {
        of_index.emplace_back(storage_.spill(), std::max(each, kLeast));
      }
    }
  }

  // Runs `work(number)` on so many threads, this one among them.
  template <typename Work>
  void run_on(std::size_t threads, Work work) {
    const auto guarded = [&](std::size_t number) {
      if (stopped_) return;
      Status status = work(number);
      if (status.ok()) return;
      const std::lock_guard lock(mutex_);
      if (error_.ok()) error_ = std::move(status);
      stopped_ = true;
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(guarded, i);
    guarded(0);
  }

  Status scan(std::size_t worker) {
    KeySet keys;
    IndexRowWriter row;
    while (!stopped_) {
      const std::size_t at = next_range_.fetch_add(1);
      if (at >= ranges_.size()) break;
      CAIRN_RETURN_IF_ERROR(scan_range(ranges_[at], worker, keys, row));
    }
    for (std::vector<RowSorter>& of_index : sorters_) of_index[worker].finish();
    return Status();
  }

  Status scan_range(const std::pair<std::string, std::string>& range, std::size_t worker,
                    KeySet& keys, IndexRowWriter& row) {
    KeyCursor cursor =
        reader_.scan(Family::kDoc, {range.first, range.second}, {.fill_cache = false});
    int since_check = 0;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      if (++since_check == kDocumentsPerCheck) {
        CAIRN_RETURN_IF_ERROR(report(since_check));
        since_check = 0;
        if (stopped_) return Status();
      }
      const DocumentView document = stored_document(cursor.value());
      for (std::size_t i = 0; i < indexes_.size(); ++i) {
        CAIRN_RETURN_IF_ERROR(index_keys(*indexes_[i], document, keys));
        note_arrays(*indexes_[i], keys);
        for (std::size_t k = 0; k < keys.size(); ++k) {
          row.assign(collection_, *indexes_[i], keys[k], after_keyspace(cursor.key()));
          CAIRN_RETURN_IF_ERROR(sorters_[i][worker].add(row.key(), row.value()));
        }
      }
    }
    CAIRN_RETURN_IF_ERROR(report(since_check));
    return cursor.status();
  }

  Status report(int documents) {
    for (const IndexEntry* index : indexes_) index->shared().build_done += documents;
    if (log_) tell();
    return check();
  }

  // Whether to go on: nobody wants the rows of an index that was dropped meanwhile.
  Status check() const {
    if (collection_.dropped()) return dropped_while_built();
    for (const IndexEntry* index : indexes_) {
      if (index->shared().dropped) return dropped_while_built();
    }
    return interrupt_ == nullptr ? Status() : interrupt_->check();
  }

  // Every ten seconds one of the threads says how far it is.
  void tell() {
    constexpr std::int64_t kSeconds = 10;
    const std::int64_t now = Clock::now().time_since_epoch() / std::chrono::seconds(1);
    std::int64_t told = told_;
    if (now - told < kSeconds || !told_.compare_exchange_strong(told, now)) return;
    const SharedIndexState& state = indexes_.front()->shared();
    log_(fmt::format("building {} index(es) of {}: {} of {} documents", indexes_.size(),
                     collection_.full_name(), state.build_done.load(), state.build_total.load()));
  }

  Status load_next() {
    while (!stopped_) {
      const std::size_t at = next_index_.fetch_add(1);
      if (at >= indexes_.size()) break;
      CAIRN_RETURN_IF_ERROR(load(*indexes_[at], sorters_[at]));
      sorters_[at].clear();
    }
    return Status();
  }

  Status load(const IndexEntry& index, std::vector<RowSorter>& sorters) {
    BulkLoad rows = storage_.bulk_load(index.family());
    std::string previous;
    int since_check = 0;
    Status merged =
        RowSorter::merge(sorters, [&](std::string_view key, std::string_view value) -> Status {
          if (++since_check == kDocumentsPerCheck) {
            since_check = 0;
            CAIRN_RETURN_IF_ERROR(check());
          }
          if (index.record_place() == RecordPlace::kInValue) {
            if (key == previous) return duplicate(index, key, value);
            previous.assign(key);
          }
          return rows.add(key, value);
        });
    CAIRN_RETURN_IF_ERROR(std::move(merged));
    CAIRN_ASSIGN_OR_RETURN(const Lease lease, admit_());
    storage_.reached(kStepIndexSorted);
    CAIRN_RETURN_IF_ERROR(rows.finish());
    storage_.reached(kStepIndexLoaded);
    return {};
  }

  Status duplicate(const IndexEntry& index, std::string_view key, std::string_view value) const {
    CAIRN_ASSIGN_OR_RETURN(const IndexRow row, read_index_row(collection_, index, key, value));
    return duplicate_key(collection_, index, {row.components, row.type_bits});
  }

  Storage& storage_;
  const CollectionEntry& collection_;
  const std::vector<const IndexEntry*>& indexes_;
  const Reader reader_;
  const Interrupt* interrupt_;
  const std::function<void(std::string_view)>& log_;
  const std::function<Result<Lease>()>& admit_;
  std::vector<std::pair<std::string, std::string>> ranges_;
  std::vector<std::vector<RowSorter>> sorters_;  // per index, per thread
  std::atomic<std::size_t> next_range_{0};
  std::atomic<std::size_t> next_index_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<std::int64_t> told_{Clock::now().time_since_epoch() / std::chrono::seconds(1)};
  std::mutex mutex_;
  Status error_;
};

}  // namespace

Status dropped_while_built() {
  return {ErrorCode::kIndexBuildAborted, "the index was dropped while it was being built"};
}

void note_arrays(const IndexEntry& index, const KeySet& keys) {
  if (!keys.has_arrays()) return;
  Multikey& multikey = index.shared().multikey;
  for (std::size_t field = 0; field < index.fields().size(); ++field) {
    if (keys.arrays(field) != 0) multikey.set(field, keys.arrays(field));
  }
  for (const std::string& path : keys.wildcard_arrays()) multikey.set_wildcard(path);
}

Status load_indexes(Storage& storage, const CollectionEntry& collection,
                    const std::vector<const IndexEntry*>& indexes, const LoadOptions& options) {
  return Loader(storage, collection, indexes, options).run();
}

}  // namespace cairn::records
