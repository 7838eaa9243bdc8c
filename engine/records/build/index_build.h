// IndexBuild: fills new indexes of a collection that has documents, beside its writers.
//
//   1. `start` publishes the definitions as kBuilding while no writer is inside (Catalog::alter),
//   and
//      takes a snapshot there. From then on writers note what they write in each index's BuildLog
//      instead of writing entries.
//   2. The documents of the snapshot are scanned by a few threads, their rows sorted (row_sorter.h)
//      and loaded at once (BulkLoad). The index then holds exactly the snapshot's entries.
//   3. Rounds of catching up: the gate is closed for a moment, in which a newer snapshot is taken
//   and
//      the log emptied; with the gate open again, every noted document's entries are moved from the
//      old snapshot to the new. So after each round the index holds exactly the newer snapshot's.
//   4. Once a round is short, it is done with the gate closed, and the definitions are published as
//      ready in the same step.
//
// Nobody but the build writes to the keyspaces before they are ready, so nothing that was deleted
// can come back, and nothing depends on the order in which writers and build meet a document. A
// build that fails, is interrupted or whose index is dropped meanwhile leaves nothing behind; one
// that dies with the process is removed at the next start (remove_unfinished). Thread-safety: one
// thread runs it.
#pragma once

#include "engine/catalog/catalog.h"
#include "engine/storage/storage.h"

#include <cairn/operation.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::records {

struct BuildOptions {
  const Interrupt* interrupt = nullptr;
  // Told how long builds get on, from any thread; may be null.
  std::function<void(std::string_view message)> log = nullptr;
};

class IndexBuild {
 public:
  // Both outlive the build.
  IndexBuild(Storage& storage, Catalog& catalog, BuildOptions options)
      : storage_(storage), catalog_(catalog), options_(std::move(options)) {}

  // In a Catalog::Change: notes where the build begins. `indexes`: of the definition that the
  // change is about to publish.
  void start(const CollectionRef& collection, std::vector<Keyspace> indexes);

  // REQUIRES: `start`ed, and the definitions published. Errors: of keys (DuplicateKey, …), of the
  // interrupt, IndexBuildAborted where collection or index were dropped. The indexes are gone then.
  // `command`: the oplog row's document.
  Status run(DocumentView command);

 private:
  Status build(DocumentView command);
  Status load();
  // One round of catching up.
  struct Round {
    int number = 0;
    std::vector<std::vector<std::string>> written = {};  // per index: what the log had
    std::optional<Snapshot> newer = std::nullopt;
    bool ready = false;
  };
  Status catch_up(DocumentView command);
  Result<std::optional<Catalog::Alteration>> look_at_log(const CollectionEntry& collection,
                                                         DocumentView command, Round& round);
  Status move(const CollectionEntry& collection, const Round& round,
              const std::function<Result<Lease>()>& admit);
  void remove_replaced(CollectionDefinition& definition) const;
  Status store_arrays(const std::vector<const IndexEntry*>& indexes);
  Result<Lease> admit();
  void remove_indexes();

  Storage& storage_;
  Catalog& catalog_;
  const BuildOptions options_;
  Uuid uuid_{};
  std::vector<Keyspace> keyspaces_;
  std::optional<Snapshot> snapshot_;  // what the indexes hold, once loaded
};

// Drops the definitions of builds that a process did not live to end. At open. `tell` is told
// which.
Status remove_unfinished(Catalog& catalog, const std::function<void(std::string_view)>& tell);

}  // namespace cairn::records
