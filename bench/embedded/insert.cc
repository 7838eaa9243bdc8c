// Both stores grow by the same rows. The raw side has its keys, values and oplog rows ready before
// the clock starts.
#include "bench/embedded/benchmarks.h"
#include "bench/embedded/rounds.h"

#include "engine/bson/key_string.h"
#include "engine/storage/change.h"
#include "engine/storage/counters.h"
#include "engine/storage/keys.h"

#include <rocksdb/write_batch.h>

#include <vector>

namespace cairn::bench {
namespace {

constexpr Keyspace kDocuments = 1;
constexpr Keyspace kIdIndex = 2;

// The documents of one round.
class Documents {
 public:
  explicit Documents(std::size_t count) : count_(count) {}
  void next_round() {
    documents_.clear();
    for (std::size_t i = 0; i < count_; ++i) documents_.push_back(make_document(next_++));
  }
  const std::vector<Document>& all() const { return documents_; }

 private:
  std::size_t count_;
  std::uint64_t next_ = 0;
  std::vector<Document> documents_;
};

std::string index_key(ValueView id) {
  std::string key;
  std::string type_bits;
  append_u32(key, kIdIndex);
  key::Encoder encoder(key, type_bits);
  encoder.begin(key::Direction::kAscending);
  append_key(id, encoder);
  encoder.finish(key::Terminator::kEnd);
  return key;
}

std::string change_header(const Document& stored) {
  const Document key = document("_id", stored["_id"]);
  std::string header;
  append_change_header(header,
                       {.kind = ChangeKind::kInsert,
                        .keyspace = kDocuments,
                        .name = "db.inserted",
                        .document_key = key.bytes(),
                        .document = stored.bytes()},
                       {.previous_op = 1, .wall_ms = 1, .last_of_commit = true});
  return header;
}

class RawInserts {
 public:
  RawInserts(RocksStore& store, std::size_t count) : store_(store), documents_(count) {}

  void prepare() {
    wait_until_idle(store_);
    documents_.next_round();
    rows_.clear();
    for (const Document& stored : documents_.all()) {
      rows_.push_back({index_key(stored["_id"]), change_header(stored)});
    }
  }

  void work() {
    for (std::size_t i = 0; i < rows_.size(); ++i) insert(rows_[i], documents_.all()[i].bytes());
  }

 private:
  struct Row {
    std::string index_key;
    std::string change_header;
  };

  void insert(const Row& row, const std::string& document) {
    const std::uint64_t n = ++inserted_;
    const RecordKey record_key(kDocuments, n);
    const OpKey number(n);
    batch_.Clear();
    check(batch_.Put(store_.family(Family::kDoc), slice_of(record_key), document));
    check(batch_.Put(store_.family(Family::kIdx), row.index_key, slice_of(number)));
    const rocksdb::Slice key = slice_of(number);
    const rocksdb::Slice value[2] = {row.change_header, document};
    check(batch_.Put(store_.family(Family::kOplog), {&key, 1}, {value, 2}));
    check(batch_.Put(store_.family(Family::kMeta), counters_key_, totals_));
    check(store_.db().Write({}, &batch_));
  }

  RocksStore& store_;
  Documents documents_;
  std::vector<Row> rows_;
  rocksdb::WriteBatch batch_;
  std::uint64_t inserted_ = 0;
  const std::string counters_key_ = counters_key(kDocuments);
  const std::string totals_ = encode_totals({});
};

class OurInserts {
 public:
  OurInserts(Database& database, std::size_t count)
      : database_(database),
        collection_(database.collection("db", "inserted")),
        documents_(count) {}

  void prepare() {
    wait_until_idle(database_);
    documents_.next_round();
  }
  void work() {
    for (const Document& each : documents_.all()) {
      if (checked(collection_.insert(each)).inserted != 1) fail("not inserted");
    }
  }

 private:
  Database& database_;
  Collection collection_;
  Documents documents_;
};

}  // namespace

void insert(const Setting& setting, DocumentBuilder& report) {
  const auto database = open_database(setting, setting.directory / "inserts");
  const auto store = open_raw(setting, setting.directory / "raw_inserts");
  RawInserts raw(*store, setting.operations);
  OurInserts ours(*database, setting.operations);
  const std::vector<Outcome> outcomes = run_rounds(
      {{"a raw WriteBatch of the same rows", [&] { raw.work(); }, [&] { raw.prepare(); }},
       {"insert", [&] { ours.work(); }, [&] { ours.prepare(); }, 0.7}},
      setting.rounds, setting.operations);
  print("insert, one document at a time", outcomes);
  append_to(report, "insert", outcomes);
}

}  // namespace cairn::bench
