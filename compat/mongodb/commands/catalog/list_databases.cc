// listDatabases: the databases that have collections.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/catalog/oplog_listing.h"

#include <cairn/filter.h>

namespace cairn::mongodb {
namespace {

enum ListDatabasesField { kFilter, kNameOnly, kAuthorized };
constexpr Field kFields[] = {
    {.name = "filter", .types = kObject},
    {.name = "nameOnly", .types = kBoolOrNumber},
    {.name = "authorizedDatabases", .types = kBoolOrNumber},
};

constexpr std::int64_t kMegabyte = 1024 * 1024;

Document describe(const DatabaseInfo& info, bool name_only) {
  if (name_only) return document("name", info.name);
  return document("name", info.name, "sizeOnDisk", info.size_on_disk, "empty", info.empty);
}

Status run(Call& call, DocumentBuilder& reply) {
  const bool name_only = call.arguments.boolean(kNameOnly);
  CAIRN_ASSIGN_OR_RETURN(const Filter filter, Filter::parse(call.arguments.document(kFilter)));
  std::int64_t total = 0;
  reply.begin_array("databases");
  std::vector<DatabaseInfo> databases = call.engine().list_databases();
  add_local_database(call, databases);
  for (const DatabaseInfo& info : databases) {
    const Document entry = describe(info, name_only);
    CAIRN_ASSIGN_OR_RETURN(const bool wanted, filter.matches(entry));
    if (!wanted) continue;
    total += info.size_on_disk;
    reply.push(entry);
  }
  reply.end();
  if (name_only) return {};
  reply.append("totalSize", total).append("totalSizeMb", total / kMegabyte);
  return {};
}

}  // namespace

extern const Row row_list_databases = {.name = "listDatabases",
                                       .help = "Lists the databases.",
                                       .admin_only = true,
                                       .in_api_v1 = true,
                                       .fields = kFields,
                                       .run = run};

}  // namespace cairn::mongodb
