#include "engine/exec/open.h"

#include "engine/bson/sort_pattern.h"
#include "engine/exec/collection_scan.h"
#include "engine/exec/filter.h"
#include "engine/exec/id_lookup.h"
#include "engine/exec/id_range.h"
#include "engine/exec/near_sort.h"
#include "engine/exec/skip_limit.h"
#include "engine/exec/sort.h"

#include <algorithm>

namespace cairn::exec {
namespace {

RecordSourcePtr access(Reader reader, const CollectionRef& collection, const plan::Plan& plan,
                       std::size_t wanted) {
  switch (plan.access) {
    case plan::Access::kIdLookup:
      return id_lookup(reader, collection, plan.ids);
    case plan::Access::kIdRange:
      return id_range(reader, collection, {plan.lower, plan.upper}, plan.direction, wanted);
    case plan::Access::kNothing:
      return id_lookup(reader, collection, {});
    case plan::Access::kCollectionScan:
      break;
  }
  return collection_scan(reader, collection, plan.direction);
}

// `wanted`: how many records will be asked for at least, if there are so many; 0: not known.
RecordSourcePtr open(Reader reader, const CollectionRef& collection, const plan::Plan& plan,
                     const match::Matcher& matcher, std::size_t wanted) {
  RecordSourcePtr records = access(reader, collection, plan, wanted);
  if (plan.exact || matcher.matches_everything()) return records;
  return filter(std::move(records), matcher);
}

std::size_t wanted_of(const plan::Plan& plan, const Window& window) {
  constexpr std::int64_t kMany = 1 << 20;
  const bool blocked = !plan.sorted && !window.sort.empty();
  if (blocked || window.limit <= 0) return 0;
  return static_cast<std::size_t>(std::min(window.skip, kMany) + std::min(window.limit, kMany));
}

}  // namespace

RecordSourcePtr open(Reader reader, const CollectionRef& collection, const plan::Plan& plan,
                     const match::Matcher& matcher) {
  return open(reader, collection, plan, matcher, 0);
}

Result<RecordSourcePtr> open_window(Reader reader, const CollectionRef& collection,
                                    const plan::Plan& plan, const match::Matcher& matcher,
                                    const Window& window) {
  const bool by_distance = matcher.near() != nullptr && window.sort.empty();
  const std::size_t ahead = by_distance ? 0 : wanted_of(plan, window);
  RecordSourcePtr records = open(reader, collection, plan, matcher, ahead);
  WindowMeasures* const measures = window.measures;
  if (measures != nullptr) records = measured(std::move(records), measures->access);
  const std::int64_t wanted = window.limit > 0 ? window.skip + window.limit : 0;
  const SortOptions options{.wanted = wanted, .spill = window.spill};
  if (by_distance) {
    records = near_sort(std::move(records), *matcher.near(), options);
  } else if (!plan.sorted && !window.sort.empty()) {
    CAIRN_ASSIGN_OR_RETURN(SortPattern pattern,
                           SortPattern::parse(window.sort, matcher.collation().get()));
    records = sort(std::move(records), std::move(pattern), options);
    if (measures != nullptr) records = measured(std::move(records), measures->sort);
  }
  records = skip_limit(std::move(records), window.skip, window.limit);
  if (measures != nullptr) records = measured(std::move(records), measures->skip_limit);
  return records;
}

}  // namespace cairn::exec
