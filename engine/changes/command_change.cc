#include "engine/changes/command_change.h"

#include "engine/catalog/namespace.h"

namespace cairn::changes {
namespace {

struct Name {
  std::string_view name;
  Command command;
};
constexpr Name kNames[] = {{"create", Command::kCreate},
                           {"createIndexes", Command::kCreateIndexes},
                           {"commitIndexBuild", Command::kCreateIndexes},
                           {"dropIndexes", Command::kDropIndexes},
                           {"collMod", Command::kModify},
                           {"drop", Command::kDrop},
                           {"renameCollection", Command::kRename},
                           {"dropDatabase", Command::kDropDatabase}};

Command command_named(std::string_view name) {
  for (const Name& one : kNames) {
    if (one.name == name) return one.command;
  }
  return Command::kOther;
}

// Names of the catalog: there is a dot in them.
Namespace split(std::string_view full_name) {
  const std::size_t dot = full_name.find('.');
  return {full_name.substr(0, dot), full_name.substr(dot + 1)};
}

}  // namespace

CommandChange CommandChange::of(const ChangeRow& row) {
  CommandChange change;
  change.document = DocumentView(reinterpret_cast<const std::uint8_t*>(row.change.document.data()));
  if (change.document.empty()) return change;
  const Element first = *change.document.begin();
  change.command = command_named(first.name);
  change.database = split(row.change.name).database;
  change.view = row.change.keyspace == kNoKeyspace;
  if (!first.value.is_string()) return change;
  change.collection = first.value.as_string();
  if (change.command != Command::kRename) return change;
  const Namespace from = split(change.collection);
  const Namespace to = split(change.document["to"].as_string());
  change.database = from.database;
  change.collection = from.collection;
  change.to_database = to.database;
  change.to_collection = to.collection;
  return change;
}

}  // namespace cairn::changes
