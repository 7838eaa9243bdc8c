// Database: an open data directory with everything in it (what a MongoDB user calls a deployment).
//
//   auto db = cairn::Database::open("./data");
//   auto orders = (*db)->collection("shop", "orders");
//   auto inserted = orders.insert(cairn::document("item", "tea", "qty", 2));
//   auto cursor = orders.find(cairn::document("qty", cairn::document("$gte", 1)));
#pragma once

#include <cairn/bson.h>
#include <cairn/change_stream.h>
#include <cairn/collection.h>
#include <cairn/cursor.h>
#include <cairn/key_value.h>
#include <cairn/operation.h>
#include <cairn/status.h>
#include <cairn/transaction.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

struct OpenOptions {
  // One budget for caches, memtables and indexes in memory.
  std::uint64_t memory_bytes = 512ULL * 1024 * 1024;
  // Keeps everything in memory and nothing on disk (for tests); the path is ignored.
  bool in_memory = false;
  bool read_only = false;
  bool create_if_missing = true;
  // How much of the history of changes is kept; more where some of it is younger than
  // `oplog_min_hours`.
  std::uint64_t oplog_bytes = 1024ULL * 1024 * 1024;
  double oplog_min_hours = 0;
  // Told what an operator should know: what the engine does by itself, and documents that a
  // validator would refuse. The message is the same for every event of a kind, the attributes are
  // particular to this one. From any thread; null: nobody is told.
  std::function<void(std::string_view message, DocumentView attributes)> log;
  // For tests of crashes: called at the steps of a commit, of an index build and of removing what
  // was dropped, by name ("commitBegins", "commitWritten", …). It may end the process or wait; it
  // must not call the database. From any thread; null: nobody is told.
  std::function<void(std::string_view step)> at_step;
};

struct CreateCollectionOptions {
  // `create`'s options as MongoDB names them ({clusteredIndex: …}); unsupported ones are refused by
  // name.
  DocumentView options;
  // In a transaction the collection is there for others once that is committed. A view cannot be
  // made in one.
  const Transaction* transaction = nullptr;
};

struct RenameOptions {
  bool drop_target = false;
};

struct DatabaseInfo {
  std::string name;
  std::int64_t size_on_disk = 0;
  bool empty = false;
};

struct CollectionInfo {
  std::string name;
  std::string type;  // "collection", "view", "timeseries"
  Document options;  // as given to create
  std::array<std::uint8_t, 16> uuid{};
  bool read_only = false;
  Document id_index;  // empty for a view or a clustered collection
};

struct DatabaseStats {
  std::int64_t collections = 0;
  std::int64_t views = 0;
  std::int64_t documents = 0;
  std::int64_t bytes = 0;
  std::int64_t storage_bytes = 0;
  std::int64_t indexes = 0;
  std::int64_t index_bytes = 0;
};

// Thread-safe: all methods may be called from many threads at once. One process at a time may have
// a directory open.
class Database {
 public:
  // Opens or creates. Errors: DBPathInUse (another process has it), BadValue (not a data directory
  // of Cairn, or of a newer format), OperationFailed (damaged: the message names the file and what
  // to do).
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                const OpenOptions& = {});
  // Waits for running operations, syncs and closes. Cursors must be gone by then.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Collection collection(std::string_view database, std::string_view name);
  // Keys with a time to live, beside the collections.
  KeyValue key_value(std::string_view space);
  // Writes of several keys, together or not at all.
  Result<KeyBatchResult> apply(const KeyBatch& batch, const KeyBatchOptions& = {});

  Result<OpTime> create_collection(std::string_view database, std::string_view name,
                                   const CreateCollectionOptions& = {});
  // What MongoDB's `collMod` does with the same options. Error: NamespaceNotFound, InvalidOptions,
  // …
  struct ModifyResult {
    Document changed;  // {hidden_old: …, hidden_new: …, …}: what of an index is different now
    OpTime op_time;
  };
  Result<ModifyResult> modify_collection(std::string_view database, std::string_view name,
                                         DocumentView changes);
  // A capped copy of a collection in the same database, of its newest documents that fit into
  // `bytes`.
  Result<OpTime> clone_as_capped(std::string_view database, std::string_view from,
                                 std::string_view to, std::int64_t bytes,
                                 const Interrupt* interrupt = nullptr);
  Result<OpTime> convert_to_capped(std::string_view database, std::string_view name,
                                   std::int64_t bytes, const Interrupt* interrupt = nullptr);
  // Error: NamespaceNotFound never; `dropped` tells whether it was there.
  struct DropResult {
    bool dropped = false;
    std::int64_t indexes_were = 0;
    OpTime op_time;
  };
  Result<DropResult> drop_collection(std::string_view database, std::string_view name);
  Result<DropResult> drop_database(std::string_view database);
  Result<OpTime> rename_collection(std::string_view from_database, std::string_view from_name,
                                   std::string_view to_database, std::string_view to_name,
                                   const RenameOptions& = {});

  // Index builds that run now.
  struct IndexBuildInfo {
    std::string database;
    std::string collection;
    std::vector<std::string> indexes;
    std::int64_t documents_done = 0;
    std::int64_t documents_total = 0;  // about
  };
  std::vector<IndexBuildInfo> index_builds() const;

  std::vector<DatabaseInfo> list_databases() const;
  std::vector<CollectionInfo> list_collections(std::string_view database) const;
  DatabaseStats stats(std::string_view database) const;
  // A pipeline that starts without a collection (`aggregate: 1`).
  Result<Cursor> aggregate(std::string_view database, DocumentView pipeline,
                           const AggregateOptions& = {});

  // What happens to everything, or to a database, from now on, or from where the options say. See
  // Collection::watch.
  Result<ChangeStream> watch(const WatchOptions& = {});
  Result<ChangeStream> watch(std::string_view database, const WatchOptions& = {});
  // The same for a pipeline that begins with `$changeStream`. `collection` may be empty.
  Result<ChangeCursor> watch_pipeline(std::string_view database, std::string_view collection,
                                      DocumentView pipeline, const AggregateOptions& = {});

  // How long the images of changes can be had that collections keep (changeStreamPreAndPostImages);
  // nullopt: as long as the changes themselves. Stored, as `setClusterParameter` does.
  // Error: BadValue for what is not positive.
  std::optional<std::chrono::seconds> image_lifetime() const;
  Result<OpTime> set_image_lifetime(std::optional<std::chrono::seconds> lifetime);

  // Begins a transaction (transaction.h). Errors, of one with a name: TransactionTooOld (the
  // session has moved on), ConflictingOperationInProgress (the number is in use);
  // of one that reads an earlier time: those of read_snapshot.
  Result<Transaction> begin_transaction(const TransactionOptions& = {});
  // One state of everything, for reads: the latest, or that of an earlier time. Any time within the
  // window can be named (the `op_time` of a write, say), since the database was opened; it has all
  // of a commit or, before its last change, nothing. One that is ahead, by a year at the most, is
  // reached: later writes have later times. The time of a state that was given
  // (`read_time`) can be asked for again for five minutes, whatever the window. Collections whose
  // definition has changed since that time cannot be read: SnapshotUnavailable. Errors:
  // SnapshotTooOld, also where what was written since the state that is kept before that time takes
  // up more than a quarter of `memory_bytes`.
  Result<Transaction> read_snapshot(std::optional<OpTime> at = {});
  // How far back that is: 300 seconds at first; 0: only times that were told. It keeps what is
  // overwritten or deleted meanwhile on the disk, as it was once a second. It is not stored.
  // REQUIRES: not negative.
  std::chrono::seconds snapshot_window() const;
  void set_snapshot_window(std::chrono::seconds window);
  // Whether a transaction is known to be committed, also after a restart; a session's last one is
  // remembered. Error: TransactionTooOld.
  Result<bool> is_committed(const TransactionName& name);

  // Forgets what is stored of a session's retryable writes.
  Status end_session(const SessionId& session);

  // The latest committed write.
  OpTime last_op_time() const;
  // Applies the writes that were left pending (WriteOptions::observer), unless another thread is at
  // it, which then applies them too.
  void commit_pending();
  // Returns once `op` and all before it are on disk.
  Status wait_durable(OpTime op);
  // Calls back (from an engine thread, or at once) when `op` is on disk, or with the error that
  // prevents it.
  void on_durable(OpTime op, std::function<void(Status)> callback);

  // Counters and sizes of the engine for `serverStatus` and monitoring, as a document.
  Document engine_status() const;
  // Verifies every checksum, every document against every index, the counters and the change log.
  // `progress` is told what is being looked at; each problem found is a line of `problems`.
  struct CheckReport {
    std::int64_t collections = 0;
    std::int64_t documents = 0;
    std::int64_t index_entries = 0;
    std::int64_t change_records = 0;
    std::vector<std::string> problems;
  };
  Result<CheckReport> check(const std::function<void(std::string_view)>& progress = {});

 private:
  explicit Database(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

// The version of this build, "0.1.0".
std::string_view version();

}  // namespace cairn
