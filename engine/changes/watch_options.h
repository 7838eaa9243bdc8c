// What a change stream is asked for.
#pragma once

#include "engine/changes/resume_token.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::changes {

enum class WatchScope : std::uint8_t { kCollection, kDatabase, kDeployment };

// `fullDocument`: what of an updated document is told.
enum class FullDocument : std::uint8_t { kDefault, kUpdateLookup, kWhenAvailable, kRequired };
enum class BeforeChange : std::uint8_t { kOff, kWhenAvailable, kRequired };

struct WatchOptions {
  WatchScope scope = WatchScope::kCollection;
  std::string database;    // but of kDeployment
  std::string collection;  // of kCollection
  FullDocument full_document = FullDocument::kDefault;
  BeforeChange before_change = BeforeChange::kOff;
  bool expanded = false;  // showExpandedEvents
  // At most one of the two; neither: from now on.
  std::optional<ResumeToken> resume = {};
  std::optional<OpNumber> start_at = {};

  // Whether a change of this collection is to be told. Collections and databases of the system's
  // own are left out of wider scopes.
  bool covers(std::string_view database_name, std::string_view collection_name) const;
  // The same by "db.coll", which must not be split first: every row of the oplog is asked.
  bool covers(std::string_view full_name) const;
};

}  // namespace cairn::changes
