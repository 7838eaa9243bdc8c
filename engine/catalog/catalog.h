// Catalog: which databases and collections there are.
//
// Definitions live in memory (sharded by name, so that lookups neither allocate nor contend) and in
// meta 'C' rows. Each DDL is one commit: rows, dropped keyspaces and its oplog row ('c') together.
// A DDL first waits for the open transactions that use the collections it changes; then it closes
// their gates and waits for their writers, holding nothing else; then it commits and publishes
// under the one DDL mutex. Thread-safety: everything, from any thread. A thread that holds a Lease
// on a collection must not run DDL on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/catalog/build_turns.h"
#include "engine/catalog/collection.h"
#include "engine/catalog/index_caches.h"
#include "engine/catalog/namespace.h"
#include "engine/storage/storage.h"

namespace cairn {

struct CreateCollection {
  // As listCollections shows them; already checked by the caller. `clusteredIndex` and `viewOn` are
  // looked at here.
  DocumentView options;
  // The `_id` index's spec; empty: {v: 2, key: {_id: 1}, name: "_id_"}.
  DocumentView id_index;
  // Besides the one on `_id`: their names, specifications and layouts; keyspaces are given out
  // here.
  std::vector<IndexDefinition> indexes = {};
};

struct RenameCollection {
  bool drop_target = false;
};

struct DropResult {
  OpNumber op = 0;
  std::uint64_t indexes = 0;  // how many the collection had (`nIndexesWas`)
};

class Catalog {
 public:
  // Loads all definitions. `storage` outlives the catalog.
  static Result<std::unique_ptr<Catalog>> load(Storage& storage);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog();

  // To be called after each commit that changes the catalog, before anybody finds what is new: who
  // writes to a new collection does so later. It must be quick, and run no DDL. REQUIRES: nobody
  // uses the catalog yet.
  void on_commit(std::function<void()> call);

  // Of indexes of all collections.
  IndexCaches& caches() { return caches_; }
  // Of builds that read whole collections.
  BuildTurns& build_turns() { return build_turns_; }

  // nullptr: there is none. Names are not checked.
  CollectionRef find(const Namespace& name) const;
  CollectionRef find(std::string_view full_name) const;
  CollectionRef find(const Uuid& uuid) const;

  // For writers. Error: NamespaceNotFound.
  Result<Lease> lease(const Namespace& name);
  // The same, and creates the collection if there is none, as the first insert does.
  Result<Lease> lease_or_create(const Namespace& name);

  // Error: InvalidNamespace, NamespaceExists, DatabaseDifferCase (13297).
  Result<CollectionRef> create(const Namespace& name, const CreateCollection& request = {});
  // Error: NamespaceNotFound.
  Result<DropResult> drop(const Namespace& name);
  // Drops every collection of it; one that does not exist is no error. The number dropped.
  Result<std::uint64_t> drop_database(std::string_view database);
  // Within a database or between two. Error: NamespaceNotFound, NamespaceExists, IllegalOperation.
  Status rename(const Namespace& from, const Namespace& to, const RenameCollection& request = {});
  // Replaces options and indexes (collMod, createIndexes, dropIndexes): keyspaces of indexes that
  // are gone are dropped. `command` is the oplog row's document. Writers are shut out meanwhile.
  // Error: NamespaceNotFound, WriteConflict where `old` is no longer the collection's definition.
  Result<CollectionRef> redefine(const CollectionRef& old, CollectionDefinition definition,
                                 DocumentView command);
  // Lets `change` decide what becomes of a collection, while no writer is inside: a new definition
  // with the oplog row's document, or nothing. It may read and commit, but run no DDL. What writers
  // that are inside take long over is waited for with the gate open; only when they never leave,
  // others are kept out for as long as they stay.
  // Error: NamespaceNotFound, CommandNotSupportedOnView, what `change` gives.
  struct Alteration {
    CollectionDefinition definition;
    Document command;
  };
  using Change = std::function<Result<std::optional<Alteration>>(const CollectionRef& collection)>;
  Result<CollectionRef> alter(const Namespace& name, const Change& change);
  // The same by uuid: of a collection that may be renamed meanwhile.
  Result<CollectionRef> alter(const Uuid& uuid, const Change& change);
  // Puts the collection `with`, which `fill` makes out of `name`, into the place of `name`, to
  // which nobody can write meanwhile.
  Status replace(const Namespace& name, const Namespace& with, const std::function<Status()>& fill);

  // For transactions: a collection that nobody else sees until `commit` publishes it. Its rows go
  // into `unit`. Error: those of `create`.
  Result<CollectionRef> prepare(const Namespace& name, const CreateCollection& request,
                                WriteUnit& unit);
  // The same collection with more indexes. `command` is the oplog row's document.
  CollectionRef prepare_again(const CollectionRef& prepared, CollectionDefinition definition,
                              DocumentView command, WriteUnit& unit);
  // The right to write to a prepared collection, which no DDL can find.
  Lease enter(const CollectionRef& prepared) const;
  // That of a transaction to a collection that it uses. None: the definition is no longer this one,
  // or a DDL that has not waited for the transaction is about to change it.
  std::optional<Lease> enter_used(const CollectionRef& used) const;
  // Keeps DDL from a collection while a transaction uses it, and the transaction may live. None: a
  // DDL has kept the transaction out for all of `patience`.
  static std::optional<TransactionUses::Use> use(const CollectionEntry& collection,
                                                 TransactionUses::Clock::time_point until,
                                                 std::chrono::milliseconds patience);
  // Of one that was never published.
  void forget(const CollectionEntry& prepared);
  // Commits `unit` and publishes what was prepared. Error: WriteConflict where a name is taken by
  // now, what `create` gives.
  Result<CommitReceipt> commit(const WriteUnit& unit, Intents& intents,
                               std::span<const CollectionRef> prepared);
  static std::uint64_t name_hash(const Namespace& name);
  // For who has taken a snapshot: waits until what it sees of the catalog is found by name, too.
  void wait_published() const;
  // The collection as it was in an earlier state, for readers of that: without the indexes that
  // have gone since or were not ready then. nullptr: there was none. Error: SnapshotUnavailable
  // where it has been dropped or renamed since.
  Result<CollectionRef> as_of(const Reader& then, const Namespace& name) const;
  // Whether the definition behind a name was changed after `sequence`. Look the name up before.
  bool changed_after(const Namespace& name, std::uint64_t sequence) const;

  bool database_exists(std::string_view database) const;
  // Sorted by name.
  std::vector<std::string> databases() const;
  std::vector<CollectionRef> collections(std::string_view database) const;
  std::size_t size() const;  // collections in all

 private:
  class Closed;  // gates that a DDL has closed
  class Publishing;
  struct Parts;

  explicit Catalog(Storage& storage);
  Result<CollectionRef> create_locked(const Namespace& name, const CreateCollection& request);
  Result<CollectionRef> make_new(const Namespace& name, const CreateCollection& request,
                                 WriteUnit& unit);
  void note_change(const Namespace& name, std::uint64_t sequence) const;
  Status load_multikey();
  Result<Closed> close(const Namespace& name);
  Result<Closed> close_gently(const std::function<CollectionRef()>& find);
  Result<CollectionRef> alter_found(const std::function<CollectionRef()>& find,
                                    const Change& change);
  Result<CollectionRef> redefine_closed(const CollectionRef& old, CollectionDefinition definition,
                                        DocumentView command);
  void add_drop(WriteUnit& unit, const CollectionEntry& collection) const;
  void publish_drop(const CollectionEntry& collection);
  // False: some writer stays inside; everything is open again, try anew.
  Result<bool> close_all(Closed& closed, const std::vector<CollectionRef>& collections) const;
  Status check_case(std::string_view database) const;
  Status check_free(const Namespace& name) const;
  Status rename_locked(const CollectionEntry& source, const Namespace& to,
                       const CollectionEntry* target);
  CollectionRef make_entry(std::string name, std::size_t database_size,
                           CollectionDefinition definition, std::shared_ptr<CollectionState> state);

  IndexCaches caches_;
  BuildTurns build_turns_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cairn
