// planCacheClearFilters: lets queries of one shape, or all, use every index again.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/admin/query_shape.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  if (!call.arguments.has(kShapeQuery)) {
    CAIRN_RETURN_IF_ERROR(check_no_parts(call));
    return call.handle().clear_index_filters();
  }
  CAIRN_ASSIGN_OR_RETURN(const QueryShape shape, shape_argument(call));
  return call.handle().clear_index_filters(shape);
}

}  // namespace

extern const Row row_plan_cache_clear_filters = {
    .name = "planCacheClearFilters",
    .help = "Lets queries of one shape, or all, use every index again.",
    .target = Target::kCollection,
    .unknown_fields = true,
    .fields = kQueryShapeFields,
    .run = run};

}  // namespace cairn::mongodb
