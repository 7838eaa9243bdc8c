// planCacheListFilters: which indexes queries may use, where planCacheSetFilter has said so.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<Document> filters, call.handle().index_filters());
  reply.begin_array("filters");
  for (const Document& filter : filters) reply.push(filter.view());
  reply.end();
  return Status();
}

}  // namespace

extern const Row row_plan_cache_list_filters = {
    .name = "planCacheListFilters",
    .help = "Lists the indexes that queries may use, where a filter says so.",
    .target = Target::kCollection,
    .unknown_fields = true,
    .run = run};

}  // namespace cairn::mongodb
