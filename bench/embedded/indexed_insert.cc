// Inserts into a collection with secondary indexes, one document at a time, against a raw
// WriteBatch of the same rows: the rows that Cairn wrote for such documents are read back once, and
// each round writes them again under other keyspaces.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

#include "engine/storage/keys.h"

#include <rocksdb/write_batch.h>

#include <map>
#include <vector>

namespace cairn::bench {
namespace {

constexpr Keyspace kRoundStep = 100;  // more keyspaces than a round uses
constexpr std::size_t kKeyspaceBytes = sizeof(Keyspace);

struct Row {
  Family family;
  std::string key;
  std::string value;
};
using Rows = std::vector<Row>;  // of one document

std::vector<Document> index_keys(std::size_t count) {
  std::vector<Document> keys{document("n", 1), document("group", 1, "n", 1), document("price", 1),
                             document("price", -1, "group", 1)};
  keys.resize(count);
  return keys;
}

void index(Collection collection, std::size_t count) {
  for (const Document& key : index_keys(count)) checked(collection.create_index(key));
}

// The i-th document's rows are those with the i-th record id; of the index on `_id` that is in the
// value, of all others at the key's end.
std::uint64_t record_of(const rocksdb::Iterator& at) {
  const rocksdb::Slice value = at.value();
  if (value.size() >= sizeof(RecordId)) return read_u64({value.data(), sizeof(RecordId)});
  const rocksdb::Slice key = at.key();
  return read_u64({key.data() + key.size() - sizeof(RecordId), sizeof(RecordId)});
}

std::unique_ptr<rocksdb::Iterator> rows_of(const RocksStore& store, Family family) {
  return std::unique_ptr<rocksdb::Iterator>(
      store.db().NewIterator(store.read_options(), store.family(family)));
}

std::vector<Rows> written_rows(const RocksStore& store, std::size_t documents) {
  std::map<std::uint64_t, Rows> by_record;
  const auto keep = [](Rows& rows, Family family, const rocksdb::Iterator& at) {
    rows.push_back({family, at.key().ToString(), at.value().ToString()});
  };
  const auto stored = rows_of(store, Family::kDoc);
  for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
    const std::string_view key(stored->key().data(), stored->key().size());
    keep(by_record[read_u64(key.substr(kKeyspaceBytes))], Family::kDoc, *stored);
  }
  const auto entries = rows_of(store, Family::kIdx);
  for (entries->SeekToFirst(); entries->Valid(); entries->Next()) {
    const auto found = by_record.find(record_of(*entries));
    if (found == by_record.end()) fail("an index entry of no document");
    keep(found->second, Family::kIdx, *entries);
  }
  if (by_record.size() != documents) fail("the raw store lacks documents");
  const auto changes = rows_of(store, Family::kOplog);
  changes->SeekToLast();
  for (auto at = by_record.rbegin(); at != by_record.rend(); ++at, changes->Prev()) {
    if (!changes->Valid()) fail("the raw store lacks changes");
    keep(at->second, Family::kOplog, *changes);
  }
  std::vector<Rows> rows;
  for (auto& [id, some] : by_record) rows.push_back(std::move(some));
  return rows;
}

class RawInserts {
 public:
  RawInserts(RocksStore& store, std::vector<Rows> rows) : store_(store), rows_(std::move(rows)) {}

  // The same bytes at places where nothing is yet.
  void prepare() {
    wait_until_idle(store_);
    for (Rows& rows : rows_) {
      for (Row& row : rows) {
        const std::uint32_t before = read_u32(row.key);
        const bool change = row.family == Family::kOplog;
        std::string moved;
        append_u32(moved, before + (change ? 1 : kRoundStep));
        row.key.replace(0, kKeyspaceBytes, moved);
      }
    }
  }

  void work() {
    for (const Rows& rows : rows_) {
      batch_.Clear();
      for (const Row& row : rows) {
        check(batch_.Put(store_.family(row.family), row.key, row.value));
      }
      check(batch_.Put(store_.family(Family::kMeta), counters_key_, totals_));
      check(store_.db().Write({}, &batch_));
    }
  }

 private:
  RocksStore& store_;
  std::vector<Rows> rows_;
  rocksdb::WriteBatch batch_;
  const std::string counters_key_ = std::string(9, 'c');
  const std::string totals_ = std::string(24, 't');
};

class OurInserts {
 public:
  OurInserts(Database& database, std::size_t indexes, std::size_t count)
      : database_(database), collection_(database.collection("db", "inserted")), count_(count) {
    index(collection_, indexes);
  }

  void prepare() {
    wait_until_idle(database_);
    documents_.clear();
    for (std::size_t i = 0; i < count_; ++i) documents_.push_back(make_document(next_++));
  }
  void work() {
    for (const Document& each : documents_) {
      if (checked(collection_.insert(each)).inserted != 1) fail("not inserted");
    }
  }

 private:
  Database& database_;
  Collection collection_;
  std::size_t count_;
  std::uint64_t next_ = 0;
  std::vector<Document> documents_;
};

std::vector<Rows> rows_with(const Setting& setting, std::size_t indexes,
                            const std::filesystem::path& directory) {
  {
    const auto database = open_database(setting, directory / "once");
    OurInserts once(*database, indexes, setting.operations);
    once.prepare();
    once.work();
  }
  copy_store(directory / "once", directory / "once-raw");
  return written_rows(*open_raw(setting, directory / "once-raw"), setting.operations);
}

void with_indexes(const Setting& setting, std::size_t indexes, DocumentBuilder& report) {
  const std::string many = std::to_string(indexes);
  const std::filesystem::path directory = setting.directory / ("indexed-inserts-" + many);
  const auto store = open_raw(setting, directory / "raw");
  RawInserts raw(*store, rows_with(setting, indexes, directory));
  const auto database = open_database(setting, directory / "cairn");
  OurInserts ours(*database, indexes, setting.operations);
  const std::vector<Outcome> outcomes = run_rounds(
      {{"a raw WriteBatch of the same rows", [&] { raw.work(); }, [&] { raw.prepare(); }},
       {"insert", [&] { ours.work(); }, [&] { ours.prepare(); }, 0.7}},
      setting.rounds, setting.operations);
  print("insert with " + many + " secondary indexes, one document at a time", outcomes);
  append_to(report, "insertWith" + many + "Indexes", outcomes);
}

}  // namespace

void indexed_insert(const Setting& setting, DocumentBuilder& report) {
  for (const std::size_t indexes : {1U, 4U}) with_indexes(setting, indexes, report);
}

}  // namespace cairn::bench
