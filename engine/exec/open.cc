#include "engine/exec/open.h"

#include "engine/bson/sort_pattern.h"
#include "engine/exec/collection_scan.h"
#include "engine/exec/filter.h"
#include "engine/exec/id_lookup.h"
#include "engine/exec/id_range.h"
#include "engine/exec/skip_limit.h"
#include "engine/exec/sort.h"

namespace cairn::exec {
namespace {

RecordSourcePtr access(Reader reader, const CollectionRef& collection, const plan::Plan& plan) {
  switch (plan.access) {
    case plan::Access::kIdLookup:
      return id_lookup(reader, collection, plan.ids);
    case plan::Access::kIdRange:
      return id_range(reader, collection, {plan.lower, plan.upper}, plan.direction);
    case plan::Access::kNothing:
      return id_lookup(reader, collection, {});
    case plan::Access::kCollectionScan:
      break;
  }
  return collection_scan(reader, collection, plan.direction);
}

}  // namespace

RecordSourcePtr open(Reader reader, const CollectionRef& collection, const plan::Plan& plan,
                     const match::Matcher& matcher) {
  RecordSourcePtr records = access(reader, collection, plan);
  if (plan.exact || matcher.matches_everything()) return records;
  return filter(std::move(records), matcher);
}

Result<RecordSourcePtr> open_window(Reader reader, const CollectionRef& collection,
                                    const plan::Plan& plan, const match::Matcher& matcher,
                                    const Window& window) {
  RecordSourcePtr records = open(reader, collection, plan, matcher);
  if (!plan.sorted && !window.sort.empty()) {
    CAIRN_ASSIGN_OR_RETURN(SortPattern pattern, SortPattern::parse(window.sort));
    const std::int64_t wanted = window.limit > 0 ? window.skip + window.limit : 0;
    records =
        sort(std::move(records), std::move(pattern), {.wanted = wanted, .spill = window.spill});
  }
  return skip_limit(std::move(records), window.skip, window.limit);
}

}  // namespace cairn::exec
