// $planCacheStats: the plans that are remembered for queries. None are: every query is planned.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

class PlanCacheStats final : public Stage {
 public:
  Result<StreamPtr> open(StreamPtr) override { return listed({}); }
};

Result<StagePtr> parse_plan_cache_stats(ValueView specification, Environment&) {
  if (!specification.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$planCacheStats value must be an object. Found: {}",
                              type_name(specification.type())));
  }
  for (const Element& option : specification.as_document()) {
    if (option.name != "allHosts") {
      return Status(ErrorCode::kFailedToParse,
                    fmt::format("$planCacheStats parameters object may contain only 'allHosts' "
                                "field. Found: {}",
                                option.name));
    }
    if (option.value.truthy()) {
      return Status(location(4503200),
                    "$planCacheStats stage supports allHosts parameter only for sharded clusters");
    }
  }
  return StagePtr(std::make_unique<PlanCacheStats>());
}

}  // namespace

extern const StageRow row_plan_cache_stats{.name = "$planCacheStats",
                                           .parse = parse_plan_cache_stats,
                                           .place = Place::kFirst,
                                           .makes_documents = true,
                                           .in_facet = false};

}  // namespace cairn::aggregate
