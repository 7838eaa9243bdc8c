// Collection: reads and writes of one collection's documents.
#pragma once

#include <cairn/activity.h>
#include <cairn/bson.h>
#include <cairn/change_stream.h>
#include <cairn/cursor.h>
#include <cairn/key_value.h>
#include <cairn/operation.h>
#include <cairn/status.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

class Engine;  // the engine behind a Database; not for users

struct FindOptions {
  DocumentView projection;
  DocumentView sort;
  std::int64_t skip = 0;
  std::int64_t limit = 0;  // 0: no limit
  ValueView hint;          // an index's name or key pattern, or {$natural: ±1}
  DocumentView min;
  DocumentView max;
  bool return_key = false;
  bool show_record_id = false;
  // Of a capped collection: the cursor stays open at the end, and gives what is inserted later.
  bool tailable = false;
  // For whoever keeps the cursor: here nothing ends it but its own end. No view's may have it.
  bool no_timeout = false;
  bool allow_disk_use = true;
  OperationOptions operation;
};

struct AggregateOptions {
  ValueView hint;
  bool allow_disk_use = true;
  bool bypass_document_validation = false;
  // What $currentOp and the session stages tell of; null: nothing runs around the engine. Borrowed
  // for the call alone.
  const Activity* activity = nullptr;
  OperationOptions operation;
};

struct CountOptions {
  std::int64_t skip = 0;
  std::int64_t limit = 0;
  ValueView hint;
  OperationOptions operation;
};

struct DistinctOptions {
  ValueView hint;
  OperationOptions operation;
};

// One statement's failure within a command; later statements of an unordered command go on.
struct WriteError {
  std::size_t index = 0;  // of the statement
  Status status;
};

struct InsertResult {
  std::int64_t inserted = 0;
  std::vector<WriteError> errors;
  std::vector<std::int32_t> retried_statements;  // statements found done already
  OpTime op_time;
  bool pending = false;  // see WriteOptions::observer
  KeyBatchResult keys;   // see WriteOptions::keys
};

// Updates what `filter` finds. `update` is a document (operators or a replacement) or an array (a
// pipeline).
struct UpdateStatement {
  DocumentView filter;
  ValueView update;
  bool multi = false;
  bool upsert = false;
  bool require_operators = false;  // refuse a replacement (updateOne and updateMany of the drivers)
  DocumentView array_filters;      // an array's elements, as a view of the array
  DocumentView sort;               // which one, when not multi
  ValueView hint;
  DocumentView collation;
  DocumentView constants;        // `c`: variables of a pipeline update
  bool upsert_supplied = false;  // an upsert inserts `constants.new` itself
  // What an upsert inserts, instead of what filter and update make of nothing; empty: the latter.
  DocumentView upsert_document;
};

struct UpdateOutcome {
  std::int64_t matched = 0;
  std::int64_t modified = 0;
  Value upserted_id;  // missing where nothing was upserted
  bool retried = false;
};

struct UpdateResult {
  std::vector<UpdateOutcome>
      outcomes;  // one per statement tried, in order; a failed one's is empty
  std::vector<WriteError> errors;
  OpTime op_time;
  KeyBatchResult keys;  // see WriteOptions::keys
};

struct DeleteStatement {
  DocumentView filter;
  bool multi = false;
  ValueView hint;
  DocumentView collation;
};

struct DeleteOutcome {
  std::int64_t deleted = 0;
  bool retried = false;
};

struct DeleteResult {
  std::vector<DeleteOutcome> outcomes;
  std::vector<WriteError> errors;
  OpTime op_time;
  KeyBatchResult keys;  // see WriteOptions::keys
};

enum class ReturnDocument : std::uint8_t { kBefore, kAfter };

struct FindAndModifyStatement {
  DocumentView filter;
  DocumentView sort;
  DocumentView projection;
  ValueView update;  // missing: remove
  bool remove = false;
  bool upsert = false;
  ReturnDocument return_document = ReturnDocument::kBefore;
  DocumentView array_filters;
  ValueView hint;
};

struct FindAndModifyResult {
  std::optional<Document> document;
  std::int64_t matched = 0;  // `lastErrorObject.n`
  bool updated_existing = false;
  Value upserted_id;
  bool retried = false;
  OpTime op_time;
  KeyBatchResult keys;  // see WriteOptions::keys
};

// How much `explain` tells: the plan chosen, or also how running it went.
enum class Verbosity : std::uint8_t { kQueryPlanner, kExecutionStats, kAllPlansExecution };

// What `$collStats` tells apart of the operations that a collection's clients wait for.
enum class OperationKind : std::uint8_t { kRead, kWrite, kCommand, kTransaction };

// Queries that differ in values only have one shape.
struct QueryShape {
  DocumentView query;
  DocumentView sort;
  DocumentView projection;
  DocumentView collation;
};

struct CollectionStats {
  std::int64_t documents = 0;
  std::int64_t bytes = 0;          // of the documents as BSON
  std::int64_t storage_bytes = 0;  // on disk, compressed, estimated
  bool capped = false;
  std::int64_t capped_bytes = 0;                                  // how large it may be
  std::int64_t capped_documents = 0;                              // 0: no limit
  std::vector<std::pair<std::string, std::int64_t>> index_bytes;  // by index name, estimated
  std::vector<std::string> building;                              // names of indexes
};

// What verifying a collection found.
struct ValidationReport {
  struct Index {
    std::string name;
    Document spec;
    std::int64_t keys = 0;
    bool multikey = false;
    std::vector<std::string> errors;

    bool valid() const { return errors.empty(); }
  };
  std::array<std::uint8_t, 16> uuid{};
  std::int64_t documents = 0;
  std::int64_t invalid_documents = 0;         // whose bytes are no BSON, or without `_id`
  std::int64_t noncompliant_documents = 0;    // whose BSON a stricter reader refuses
  std::vector<std::int64_t> corrupt_records;  // ids of those that are invalid, the first of them
  std::vector<Document> missing_entries;      // of indexes: {indexName, recordId, idKey, indexKey}
  std::vector<Document> extra_entries;
  std::vector<Index> indexes;
  std::vector<std::string> warnings;
  std::vector<std::string> errors;

  bool valid() const;
};

struct ListedIndex {
  Document specification;
  // Of an index that is being built: the same for all that one call makes.
  std::optional<std::array<std::uint8_t, 16>> build_uuid;
};

struct CreateIndexesOptions {
  bool ignore_unknown_options = false;  // leaves out options that are not known
  OperationOptions operation;
};

struct CreateIndexesResult {
  bool created_collection = false;
  bool some_existed = false;  // some, or all, of the indexes were there already
  std::int32_t indexes_before = 0;
  std::int32_t indexes_after = 0;
  OpTime op_time;
};

// What a call on one search index names it by: one of the two.
struct SearchIndexKey {
  std::string_view id;
  std::string_view name;
};

// What of the scores of its elements a document has, where an index's vectors are nested.
enum class NestedScoreMode : std::uint8_t { kMax, kAvg };

struct VectorSearchOptions {
  std::string_view index = "default";
  std::string_view path;
  std::size_t limit = 10;
  // How many the graph looks at before it gives `limit`: more find more and take longer. 0: 20
  // times `limit`, at most 10,000.
  std::size_t candidates = 0;
  bool exact = false;
  DocumentView filter = {};  // over the index's filter fields; of nested vectors: of elements
  DocumentView parent_filter = {};              // of nested vectors: of the documents
  std::optional<NestedScoreMode> nested_score;  // nullopt: kMax, or the vectors are not nested
  OperationOptions operation;
};

struct ScoredDocument {
  Document document;
  float score = 0;  // as MongoDB scores: 1 for the same direction, or the same place
};

struct SearchIndexCreated {
  std::string id;  // 24 hexadecimal digits
  std::string name;
};

struct DropIndexesResult {
  std::int64_t indexes_were = 0;
  bool all = false;  // "*" was asked for
  OpTime op_time;
};

// A handle on a collection by name; cheap to make, copy and keep. The collection need not exist:
// reads then find nothing, and the first insert or upsert creates it. Thread-safe. Must not outlive
// its Database.
//
// Every write is one atomic batch per document (an insert: per group of documents), with all its
// index entries and its change record. A write that returns is acknowledged: it survives the death
// of the process; `Durability::kSynced` waits for the disk.
class Collection {
 public:
  Collection(Engine* engine, std::string_view database, std::string_view name);

  const std::string& database_name() const { return database_; }
  const std::string& name() const { return name_; }
  // "database.collection"
  const std::string& full_name() const { return full_name_; }

  // Inserts in order. A document without `_id` gets an ObjectId as its first field; an `_id`
  // elsewhere moves to the front. Errors of single documents (DuplicateKey, BSONObjectTooLarge, an
  // `_id` that is an array, …) are in the result; with `ordered` the first ends the command. The
  // Status is for what concerns the whole command.
  Result<InsertResult> insert(std::span<const DocumentView> documents, const WriteOptions& = {});
  Result<InsertResult> insert(DocumentView document, const WriteOptions& = {});

  Result<UpdateResult> update(std::span<const UpdateStatement> statements,
                              const WriteOptions& = {});
  Result<UpdateResult> update(const UpdateStatement& statement, const WriteOptions& = {});

  Result<DeleteResult> remove(std::span<const DeleteStatement> statements,
                              const WriteOptions& = {});
  Result<DeleteResult> remove(const DeleteStatement& statement, const WriteOptions& = {});

  Result<FindAndModifyResult> find_and_modify(const FindAndModifyStatement& statement,
                                              const WriteOptions& = {});

  Result<Cursor> find(DocumentView filter = {}, const FindOptions& = {}) const;
  // The first match, or nullopt.
  Result<std::optional<Document>> find_one(DocumentView filter = {}, const FindOptions& = {}) const;
  // `pipeline`: an array of stages.
  Result<Cursor> aggregate(DocumentView pipeline, const AggregateOptions& = {}) const;
  // What happens to the collection from now on, or from where the options say. Errors:
  // ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidNamespace, ….
  Result<ChangeStream> watch(const WatchOptions& = {}) const;
  Result<std::int64_t> count(DocumentView filter = {}, const CountOptions& = {}) const;
  // From the collection's counters: exact between writes, O(1).
  std::int64_t estimated_count() const;
  // An array of the distinct values at `path`, arrays taken apart.
  Result<Value> distinct(std::string_view path, DocumentView filter = {},
                         const DistinctOptions& = {}) const;

  // What the method of that name would do, as MongoDB's `explain` tells it (`queryPlanner`,
  // `executionStats`; `stages` for a pipeline that a plan alone does not answer). Nothing is
  // written; from kExecutionStats on, everything else is carried out.
  Result<Document> explain_find(DocumentView filter, const FindOptions&, Verbosity) const;
  Result<Document> explain_aggregate(DocumentView pipeline, const AggregateOptions&,
                                     Verbosity) const;
  Result<Document> explain_count(DocumentView filter, const CountOptions&, Verbosity) const;
  Result<Document> explain_distinct(std::string_view path, DocumentView filter,
                                    const DistinctOptions&, Verbosity) const;
  Result<Document> explain_update(const UpdateStatement&, const OperationOptions&, Verbosity) const;
  Result<Document> explain_remove(const DeleteStatement&, const OperationOptions&, Verbosity) const;
  Result<Document> explain_find_and_modify(const FindAndModifyStatement&, const OperationOptions&,
                                           Verbosity) const;

  // Forgets which plans won the trials of queries: of this shape, or of all.
  Status forget_plans(const std::optional<QueryShape>& shape = {}) const;
  // From now on queries of this shape use none but these indexes, an array of names and key
  // patterns, whatever their hints say; until the process ends. Errors: BadValue where there is no
  // collection or an index is neither.
  Status set_index_filter(const QueryShape& shape, DocumentView indexes) const;
  // Of this shape, or all.
  Status clear_index_filters(const std::optional<QueryShape>& shape = {}) const;
  // In no order, each {query, sort, projection, collation where there is one, indexes}. Error, as
  // of the others: CommandNotSupportedOnView.
  Result<std::vector<Document>> index_filters() const;

  // Adds the time that an operation has taken, as its client saw it, to what `$collStats` shows.
  // Nothing where there is no collection.
  void note_latency(OperationKind kind, std::chrono::microseconds time) const;

  // The index definitions as `listIndexes` shows them, `_id_` first; those being built too. Error:
  // NamespaceNotFound.
  Result<std::vector<Document>> indexes() const;
  // The same with what is being built told apart.
  Result<std::vector<ListedIndex>> list_indexes() const;
  // Creates indexes, and the collection if need be: each specification is {key, name, …} with
  // MongoDB's options. Returns when they are ready; readers and writers go on meanwhile. All or
  // none are made. Errors: CannotCreateIndex, IndexOptionsConflict, IndexKeySpecsConflict,
  // DuplicateKey (of a unique index, in what is there), ….
  Result<CreateIndexesResult> create_indexes(std::span<const DocumentView> specifications,
                                             const CreateIndexesOptions& = {});
  // One index. `options`: those of a specification, `name` among them if the default ("a_1_b_-1")
  // is not wanted. Gives its name.
  Result<std::string> create_index(DocumentView key, DocumentView options = {},
                                   const CreateIndexesOptions& = {});
  // `which`: a name, a key pattern, an array of names, or "*" (all but `_id`). Errors:
  // NamespaceNotFound, IndexNotFound, InvalidOptions (the index on `_id`),
  // AmbiguousIndexKeyPattern, BackgroundOperationInProgressForNamespace (some, but not all, of the
  // indexes that one call is building: with all of them named, their build is aborted).
  Result<DropIndexesResult> drop_indexes(ValueView which);
  // Makes all indexes but the one on `_id` anew; until it returns they answer nothing. One that
  // cannot be made again is gone.
  Status rebuild_indexes(const OperationOptions& = {});

  // Creates search indexes of the collection, which must exist: each specification is {name, type:
  // "vectorSearch", definition: {fields: […]}} as MongoDB has it. Returns when searches can use
  // them; readers and writers go on meanwhile. What is there already with the same definition is
  // left alone. Errors: NamespaceNotFound, BadValue, IndexAlreadyExists, SearchNotEnabled (of type
  // "search").
  Result<std::vector<SearchIndexCreated>> create_search_indexes(
      std::span<const DocumentView> specifications, const OperationOptions& = {});
  // Gives one a new definition; until the new one is built, searches are answered by the old one.
  // Errors: those above, IndexNotFound.
  Status update_search_index(const SearchIndexKey& which, DocumentView definition,
                             const OperationOptions& = {});
  // Errors: NamespaceNotFound, IndexNotFound.
  Status drop_search_index(const SearchIndexKey& which);
  // The documents whose vectors are nearest to `query`, the nearest first; a search sees every
  // write that was acknowledged before it. None where there is no such index. Errors: UnknownError,
  // as
  // `$vectorSearch` has it (dimensions, path, filter), the interrupt's.
  Result<std::vector<ScoredDocument>> vector_search(std::span<const float> query,
                                                    const VectorSearchOptions& options) const;
  // What `$listSearchIndexes` shows of them, in the order of their creation; none where there is no
  // collection.
  std::vector<Document> search_indexes() const;

  Result<CollectionStats> stats() const;
  // Reads every document and every index entry of one snapshot and compares them with each other
  // and with the counters. Errors: NamespaceNotFound, CommandNotSupportedOnView, the interrupt's.
  Result<ValidationReport> validate(const OperationOptions& = {}) const;

 private:
  Engine* engine_;
  std::string database_;
  std::string name_;
  std::string full_name_;
};

}  // namespace cairn
