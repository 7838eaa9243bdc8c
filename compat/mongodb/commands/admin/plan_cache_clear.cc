// planCacheClear: forgets which plans won the trials of a collection's queries.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/admin/query_shape.h"

namespace cairn::mongodb {
namespace {

// The enumerators of QueryShapeField.
constexpr Field kFields[] = {
    {.name = "query", .types = kObject},
    {.name = "sort", .types = kObject},
    {.name = "projection", .types = kObject},
    {.name = "collation", .types = kObject},
};

Status run(Call& call, DocumentBuilder&) {
  if (!call.arguments.has(kShapeQuery)) {
    CAIRN_RETURN_IF_ERROR(check_no_parts(call));
    return call.handle().forget_plans();
  }
  CAIRN_ASSIGN_OR_RETURN(const QueryShape shape, shape_argument(call));
  return call.handle().forget_plans(shape);
}

}  // namespace

extern const Row row_plan_cache_clear = {
    .name = "planCacheClear",
    .help = "Forgets which plans won the trials of a collection's queries.",
    .target = Target::kCollection,
    .access = Access::kWrite,
    .fields = kFields,
    .run = run};

}  // namespace cairn::mongodb
