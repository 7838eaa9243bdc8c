#include "engine/api/check.h"

#include "engine/api/check_vectors.h"
#include "engine/api/collection_check.h"
#include "engine/storage/change.h"

#include <fmt/format.h>

#include <unordered_set>

namespace cairn::api {
namespace {

using Report = Database::CheckReport;

// A damaged store can have a problem per document; nobody reads more than this many.
constexpr std::size_t kMaxProblems = 1000;

class DatabaseChecker {
 public:
  DatabaseChecker(Engine& engine, const std::function<void(std::string_view)>& progress)
      : engine_(engine), progress_(progress), snapshot_(engine.storage().snapshot()) {}

  Report run() {
    tell("checksums of all files");
    note("checksum", engine_.storage().verify_checksums());
    for (const std::string& database : engine_.catalog().databases()) {
      for (const CollectionRef& collection : engine_.catalog().collections(database)) {
        if (!collection->definition().view) check_collection(*collection);
      }
    }
    check_strays(Family::kDoc, document_keyspaces_);
    check_strays(Family::kIdx, index_keyspaces_);
    check_keys();
    check_changes();
    return std::move(report_);
  }

 private:
  Reader reader() const { return engine_.storage().at(snapshot_); }

  void check_collection(const CollectionEntry& collection) {
    tell(fmt::format("collection {}", collection.full_name()));
    ++report_.collections;
    document_keyspaces_.insert(collection.keyspace());
    for (const IndexDefinition& index : collection.indexes()) {
      index_keyspaces_.insert(index.keyspace);
    }
    for (const IndexEntry& index : collection.search_index_entries()) {
      search_keyspaces_.insert(index.keyspace());
      check_vectors(engine_.storage(), reader(), index, [&](std::string_view error) {
        problem(
            fmt::format("{}: search index {}: {}", collection.full_name(), index.name(), error));
      });
    }
    const auto found = api::check_collection(reader(), collection, nullptr);
    if (!found.ok()) return note(collection.full_name(), found.status());
    report_.documents += found->documents;
    for (const ValidationReport::Index& index : found->indexes) {
      report_.index_entries += index.keys;
      for (const std::string& error : index.errors) {
        problem(fmt::format("{}: index {}: {}", collection.full_name(), index.name, error));
      }
    }
    for (const std::string& error : found->errors) {
      problem(fmt::format("{}: {}", collection.full_name(), error));
    }
  }

  void check_keys() {
    tell("keys");
    note("keys",
         engine_.keys().check(reader(), [this](std::string line) { problem(std::move(line)); }));
    const std::vector<Keyspace> known = engine_.keys().keyspaces();
    search_keyspaces_.insert(known.begin(), known.end());
    check_strays(Family::kAux, search_keyspaces_);
  }

  // Rows in keyspaces that belong to no collection and are not waiting to be removed.
  void check_strays(Family family, const std::unordered_set<Keyspace>& known) {
    const std::uint64_t pending = engine_.storage().keyspaces().pending();
    const std::string first(KeyspaceKey(1).view());
    KeyCursor cursor = reader().scan(family, {first, {}}, {.fill_cache = false});
    std::uint64_t strays = 0;
    std::string next;
    for (cursor.seek_first(); cursor.valid(); cursor.seek(next)) {
      const Keyspace keyspace = keyspace_of(cursor.key());
      if (!known.contains(keyspace)) ++strays;
      next.assign(KeyspaceKey(keyspace + 1).view());
    }
    note("keyspaces", cursor.status());
    if (strays > pending) {
      problem(fmt::format("{} keyspaces hold rows but belong to no collection ({} await removal)",
                          strays, pending));
    }
  }

  void check_changes() {
    tell("change log");
    const std::string first(OpKey(0).view());
    KeyCursor cursor = reader().scan(Family::kOplog, {first, {}}, {.fill_cache = false});
    OpNumber previous = 0;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      const auto row = decode_change(cursor.key(), cursor.value());
      if (!row.ok()) return note("change log", row.status());
      if (report_.change_records++ > 0 && row->previous_op != previous) {
        problem(fmt::format("change log: a hole before op {} (expected {}, found {})", row->op,
                            row->previous_op, previous));
      }
      previous = row->op;
    }
    note("change log", cursor.status());
  }

  void tell(std::string_view what) {
    if (progress_) progress_(what);
  }
  void note(std::string_view where, const Status& status) {
    if (!status.ok()) problem(fmt::format("{}: {}", where, status.message()));
  }
  void problem(std::string line) {
    if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(line));
  }

  Engine& engine_;
  const std::function<void(std::string_view)>& progress_;
  Snapshot snapshot_;
  Report report_;
  std::unordered_set<Keyspace> document_keyspaces_;
  std::unordered_set<Keyspace> index_keyspaces_;
  std::unordered_set<Keyspace> search_keyspaces_;  // later also those of keys that expire
};

}  // namespace

Result<Report> check(Engine& engine, const std::function<void(std::string_view)>& progress) {
  return DatabaseChecker(engine, progress).run();
}

}  // namespace cairn::api

namespace cairn {

Result<Database::CheckReport> Database::check(
    const std::function<void(std::string_view)>& progress) {
  return api::check(*engine_, progress);
}

}  // namespace cairn
