// planCacheClear: forgets which plans won the trials of a collection's queries.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum PlanCacheClearField { kQuery, kSort, kProjection, kCollation };
constexpr Field kFields[] = {
    {.name = "query", .types = kObject},
    {.name = "sort", .types = kObject},
    {.name = "projection", .types = kObject},
    {.name = "collation", .types = kObject},
};

Status run(Call& call, DocumentBuilder&) {
  if (call.arguments.has(kQuery)) {
    return call.handle().forget_plans(QueryShape{.query = call.arguments.document(kQuery),
                                                 .sort = call.arguments.document(kSort),
                                                 .projection = call.arguments.document(kProjection),
                                                 .collation = call.arguments.document(kCollation)});
  }
  for (const PlanCacheClearField field : {kSort, kProjection, kCollation}) {
    if (!call.arguments.has(field)) continue;
    return {ErrorCode::kBadValue, "sort, projection, or collation provided without query"};
  }
  return call.handle().forget_plans();
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
