// listCollections: a database's collections, as a cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/catalog/oplog_listing.h"

#include <cairn/filter.h>

namespace cairn::mongodb {
namespace {

enum ListCollectionsField { kFilter, kNameOnly, kCursor };
constexpr Field kFields[] = {
    {.name = "filter", .types = kObject},
    {.name = "nameOnly", .types = kBoolOrNumber},
    {.name = "cursor", .types = kObject},
    {.name = "authorizedCollections", .types = kBoolOrNumber},
};

Document describe(const CollectionInfo& info, bool name_only) {
  DocumentBuilder entry;
  entry.append("name", info.name).append("type", info.type);
  if (name_only) return entry.take();
  entry.append("options", info.options).begin_document("info").append("readOnly", info.read_only);
  if (info.type != "view" && info.uuid != std::array<std::uint8_t, 16>{}) {
    entry.append("uuid", BinaryView{.subtype = kUuidSubtype, .bytes = info.uuid});
  }
  entry.end();
  if (!info.id_index.empty()) entry.append("idIndex", info.id_index);
  return entry.take();
}

Status run(Call& call, DocumentBuilder& reply) {
  const bool name_only = call.arguments.boolean(kNameOnly);
  CAIRN_ASSIGN_OR_RETURN(const Filter filter, Filter::parse(call.arguments.document(kFilter)));
  // Without a size asked for, all that fit: a catalogue is seldom large.
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size,
                         batch_size_argument(call.arguments.document(kCursor), 100'000));
  std::vector<Document> entries;
  std::vector<CollectionInfo> collections = call.engine().list_collections(call.database());
  add_oplog(call, collections);
  for (const CollectionInfo& info : collections) {
    Document entry = describe(info, name_only);
    CAIRN_ASSIGN_OR_RETURN(const bool wanted, filter.matches(entry));
    if (wanted) entries.push_back(std::move(entry));
  }
  const auto count = static_cast<std::int64_t>(entries.size());
  return append_first_batch(call, cursor_over(std::move(entries)),
                            {.namespace_name = full_name(call.database(), "$cmd.listCollections"),
                             .documents = batch_size,
                             .limit = count},
                            reply);
}

}  // namespace

extern const Row row_list_collections = {.name = "listCollections",
                                         .help = "Lists a database's collections.",
                                         .in_api_v1 = true,
                                         .fields = kFields,
                                         .run = run};

}  // namespace cairn::mongodb
