// CommandChange: a change record of kind 'c' taken apart: what was done to which collection.
#pragma once

#include "engine/storage/change.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string_view>

namespace cairn::changes {

enum class Command : std::uint8_t {
  kOther,  // told by no event
  kCreate,
  kCreateIndexes,
  kDropIndexes,
  kModify,
  kDrop,
  kRename,
  kDropDatabase,
};

// Borrows from the row.
struct CommandChange {
  Command command = Command::kOther;
  std::string_view database;
  std::string_view collection;
  std::string_view to_database;  // of kRename
  std::string_view to_collection;
  bool view = false;
  DocumentView document;  // {create: "name", …}

  // REQUIRES: the row's kind is kCommand.
  static CommandChange of(const ChangeRow& row);
};

}  // namespace cairn::changes
