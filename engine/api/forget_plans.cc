#include "engine/api/forget_plans.h"

#include "engine/match/matcher.h"
#include "engine/plan/shape.h"

namespace cairn::api {

Status forget_plans(Engine& engine, const Namespace& name, const std::optional<QueryShape>& shape) {
  const CollectionRef collection = engine.catalog().find(name);
  if (collection == nullptr) return Status();
  if (!shape) {
    collection->plan_memory().forget();
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(
      const expr::Surroundings around,
      expr::Surroundings::of({}, shape->collation, engine.last_op_time().timestamp()));
  CAIRN_ASSIGN_OR_RETURN(
      const match::Matcher matcher,
      match::Matcher::parse(
          shape->query,
          {.bindings = &around.bindings,
           .collation = shape->collation.empty() ? collection->collation() : around.collation}));
  collection->plan_memory().forget(plan::shape_of(matcher, shape->sort, shape->projection));
  return Status();
}

}  // namespace cairn::api
