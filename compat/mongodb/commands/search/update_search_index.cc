// updateSearchIndex: gives a search index another definition.
#include "compat/mongodb/commands/search/search_index_key.h"

namespace cairn::mongodb {
namespace {

enum UpdateSearchIndexField { kId, kName, kType, kDefinition };
constexpr Field kFields[] = {
    {.name = "id", .types = kString},
    {.name = "name", .types = kString},
    {.name = "type", .types = kString},
    {.name = "definition", .types = kObject, .required = true},
};

Status run(Call& call, DocumentBuilder&) {
  CAIRN_ASSIGN_OR_RETURN(const SearchIndexKey which, search_index_key(call, kId, kName));
  CAIRN_RETURN_IF_ERROR(call.handle().update_search_index(
      which, call.arguments.document(kDefinition), call.operation()));
  call.wrote(call.engine().last_op_time());
  return {};
}

}  // namespace

extern const Row row_update_search_index = {
    .name = "updateSearchIndex",
    .help = "Changes the definition of an index for $vectorSearch.",
    .target = Target::kCollection,
    .access = Access::kWrite,
    .cost = Cost::kLong,
    .fields = kFields,
    .run = run};

}  // namespace cairn::mongodb
