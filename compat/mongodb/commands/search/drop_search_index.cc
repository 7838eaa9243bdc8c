// dropSearchIndex: by name or id.
#include "compat/mongodb/commands/search/search_index_key.h"

namespace cairn::mongodb {
namespace {

enum DropSearchIndexField { kId, kName };
constexpr Field kFields[] = {
    {.name = "id", .types = kString},
    {.name = "name", .types = kString},
};

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const SearchIndexKey which, search_index_key(call, kId, kName));
  CAIRN_RETURN_IF_ERROR(call.handle().drop_search_index(which));
  call.wrote(call.engine().last_op_time());
  return {};
}

}  // namespace

extern const Row row_drop_search_index = {.name = "dropSearchIndex",
                                          .help = "Drops an index for $vectorSearch.",
                                          .target = Target::kCollection,
                                          .access = Access::kWrite,
                                          .fields = kFields,
                                          .run = run};

}  // namespace cairn::mongodb
