#include "compat/mongodb/commands/catalog/oplog_listing.h"

#include "compat/mongodb/command/state.h"

#include <algorithm>

namespace cairn::mongodb {
namespace {

constexpr std::string_view kLocal = "local";

std::int64_t oplog_figure(const Call& call, std::string_view name) {
  const Document status = call.engine().engine_status();
  const ValueView oplog = status["oplog"];
  const ValueView figure = oplog.is_document() ? oplog.as_document()[name] : ValueView();
  return figure.is_number() ? figure.to_int64_clamped() : 0;
}

}  // namespace

void add_local_database(const Call& call, std::vector<DatabaseInfo>& databases) {
  if (!call.dialect.replica_set()) return;
  const std::int64_t bytes = oplog_figure(call, "bytes");
  const auto at = std::ranges::lower_bound(databases, kLocal, {}, &DatabaseInfo::name);
  if (at != databases.end() && at->name == kLocal) {
    at->size_on_disk += bytes;
    at->empty = false;
    return;
  }
  databases.insert(at, {.name = std::string(kLocal), .size_on_disk = bytes, .empty = false});
}

void add_oplog(const Call& call, std::vector<CollectionInfo>& collections) {
  if (!call.dialect.replica_set() || call.database() != kLocal) return;
  CollectionInfo oplog;
  oplog.name = "oplog.rs";
  oplog.type = "collection";
  oplog.options =
      document("capped", true, "size", oplog_figure(call, "limitBytes"), "autoIndexId", false);
  collections.push_back(std::move(oplog));
}

}  // namespace cairn::mongodb
