// $planCacheStats: the plans that are remembered for queries of the collection.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"
#include "engine/plan/shape.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

Document described(const CollectionEntry& collection, const std::string& shape,
                   const PlanMemory::Remembered& remembered) {
  std::string keyed = collection.full_name() + shape;
  const std::string hash = plan::shape_hash(keyed);
  for (const IndexEntry& index : collection.index_entries()) keyed += index.name();
  DocumentBuilder out;
  out.append("version", "1").append("queryHash", hash).append("planCacheShapeHash", hash);
  out.append("planCacheKey", plan::shape_hash(keyed)).append("isActive", remembered.active);
  out.append("works", remembered.works).append("timeOfCreation", Value::date(remembered.since));
  out.append("createdFromQuery", remembered.query).append("cachedPlan", remembered.shown);
  out.append("indexFilterSet", remembered.filtered);
  return out.take();
}

class PlanCacheStats final : public Stage {
 public:
  explicit PlanCacheStats(Environment& environment) : environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    std::vector<Document> all;
    const CollectionRef collection = environment_.engine.find(environment_.name());
    if (collection == nullptr) {
      return Status(location(50933), fmt::format("collection '{}.{}' does not exist",
                                                 environment_.database, environment_.collection));
    }
    for (const auto& [shape, remembered] : collection->plan_memory().all()) {
      all.push_back(described(*collection, shape, remembered));
    }
    return listed(std::move(all));
  }

 private:
  Environment& environment_;
};

Result<StagePtr> parse_plan_cache_stats(ValueView specification, Environment& environment) {
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
  return StagePtr(std::make_unique<PlanCacheStats>(environment));
}

}  // namespace

extern const StageRow row_plan_cache_stats{.name = "$planCacheStats",
                                           .parse = parse_plan_cache_stats,
                                           .place = Place::kFirst,
                                           .makes_documents = true,
                                           .in_facet = false,
                                           .in_transactions = false};

}  // namespace cairn::aggregate
