// What a change stream is asked for.
#pragma once

#include "engine/changes/resume_token.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::changes {

enum class WatchScope : std::uint8_t { kCollection, kDatabase, kDeployment };

// `fullDocument`: what of an updated document is told.
enum class FullDocument : std::uint8_t { kDefault, kUpdateLookup, kWhenAvailable, kRequired };
enum class BeforeChange : std::uint8_t { kOff, kWhenAvailable, kRequired };

// `operationType`; in the order of operation_name.
enum class Operation : std::uint8_t {
  kInsert,
  kUpdate,
  kReplace,
  kDelete,
  kCreate,
  kCreateIndexes,
  kDropIndexes,
  kModify,
  kDrop,
  kRename,
  kDropDatabase,
};
inline constexpr std::size_t kOperations = 11;
std::string_view operation_name(Operation operation);

// What the stages behind a stream may look at: what they do not, need not be told.
struct EventsWanted {
  std::bitset<kOperations> operations = std::bitset<kOperations>().set();
  // Fields that cost something to have.
  bool full_document = true;
  bool before_change = true;
  bool update_description = true;

  bool has(Operation operation) const { return operations[static_cast<std::size_t>(operation)]; }
};

struct WatchOptions {
  WatchScope scope = WatchScope::kCollection;
  std::string database;    // but of kDeployment
  std::string collection;  // of kCollection
  FullDocument full_document = FullDocument::kDefault;
  BeforeChange before_change = BeforeChange::kOff;
  bool expanded = false;       // showExpandedEvents
  bool raw_updates = false;    // showRawUpdateDescription
  bool system_events = false;  // showSystemEvents
  EventsWanted wanted = {};
  // At most one of the two; neither: from now on.
  std::optional<ResumeToken> resume = {};
  std::optional<OpNumber> start_at = {};

  // Whether a change of this collection is to be told. Collections and databases of the system's
  // own are left out of wider scopes.
  bool covers(std::string_view database_name, std::string_view collection_name) const;
  // The same by "db.coll", which must not be split first: every row of the oplog is asked.
  bool covers(std::string_view full_name) const;
  // Whether events have what is found when they are made.
  bool looks_up() const {
    return full_document == FullDocument::kUpdateLookup && wanted.full_document;
  }
  // The same for options that make the same events of the same changes, wherever they begin.
  std::string events_key() const;
};

}  // namespace cairn::changes
