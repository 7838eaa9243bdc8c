// planCacheSetFilter: says which indexes queries of one shape may use.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/admin/query_shape.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder&) {
  if (!call.arguments.has(kShapeIndexes)) {
    return {ErrorCode::kBadValue, "required field indexes missing"};
  }
  const ValueView indexes = call.arguments[kShapeIndexes];
  if (!indexes.is_array()) return {ErrorCode::kBadValue, "required field indexes must be an array"};
  if (indexes.as_document().empty()) {
    return {ErrorCode::kBadValue, "required field indexes must contain at least one index"};
  }
  CAIRN_ASSIGN_OR_RETURN(const QueryShape shape, shape_argument(call));
  return call.handle().set_index_filter(shape, indexes.as_document());
}

}  // namespace

extern const Row row_plan_cache_set_filter = {
    .name = "planCacheSetFilter",
    .help = "Says which indexes queries of one shape may use.",
    .target = Target::kCollection,
    .unknown_fields = true,
    .fields = kQueryShapeFields,
    .run = run};

}  // namespace cairn::mongodb
