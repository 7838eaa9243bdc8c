#include "engine/exec/open.h"

#include "engine/bson/sort_pattern.h"
#include "engine/exec/collection_scan.h"
#include "engine/exec/fetch.h"
#include "engine/exec/filter.h"
#include "engine/exec/id_lookup.h"
#include "engine/exec/id_range.h"
#include "engine/exec/index_records.h"
#include "engine/exec/near_records.h"
#include "engine/exec/near_sort.h"
#include "engine/exec/plan_filter.h"
#include "engine/exec/skip_limit.h"
#include "engine/exec/sort.h"
#include "engine/exec/text_records.h"
#include "engine/plan/covering.h"
#include "engine/plan/text_scan.h"

#include <algorithm>
#include <set>

namespace cairn::exec {
namespace {

struct Access {
  std::size_t wanted = 0;  // so many records will be asked for at least; 0: not known
  std::int64_t skip = 0;   // so many entries are passed over
  DocumentView sort;       // by which a plan merges
  IndexMeasure* measure = nullptr;
  TextMeasure* text = nullptr;
  NearMeasure* near = nullptr;
};

RecordSourcePtr open_indexes(const ReadViewPtr& view, const CollectionRef& collection,
                             plan::Plan& plan, const match::Matcher& matcher,
                             const Access& access) {
  IndexRequest request{.view = view,
                       .collection = collection,
                       .scans = std::move(plan.scans),
                       .reads = plan.reads,
                       .distinct_fields = plan.distinct_fields,
                       .picks = plan.picks,
                       .with_keys = plan.with_keys,
                       .wanted = access.wanted,
                       .skip = access.skip,
                       .measure = access.measure};
  if (plan.merged) {
    auto pattern = SortPattern::parse(access.sort, matcher.collation().get());
    if (pattern.ok()) request.merge_by = std::move(*pattern);
  }
  return plan_filter(index_records(std::move(request)), plan, matcher, view);
}

RecordSourcePtr open(const ReadViewPtr& view, const CollectionRef& collection, plan::Plan& plan,
                     const match::Matcher& matcher, const Access& access);

RecordSourcePtr open_text(const ReadViewPtr& view, const CollectionRef& collection,
                          const plan::Plan& plan, const match::Matcher& matcher,
                          const Access& access) {
  const plan::TextScan& text = *plan.text;
  RecordSourcePtr records = text_records({.view = view,
                                          .collection = collection,
                                          .scan = plan.text,
                                          .wanted = access.wanted,
                                          .measure = access.text});
  if (text.otherwise != nullptr) {
    plan::Plan other = *text.other_plan;
    RecordSourcePtr others =
        open(view, collection, other, *text.otherwise, {.measure = access.measure});
    records = text_or_others(std::move(records), std::move(others), plan.text);
  }
  if (plan.exact) return records;
  return filter(std::move(records), matcher);
}

// Takes the plan's scans.
RecordSourcePtr open(const ReadViewPtr& view, const CollectionRef& collection, plan::Plan& plan,
                     const match::Matcher& matcher, const Access& access) {
  RecordSourcePtr records;
  switch (plan.access) {
    case plan::Access::kIndexScan:
    case plan::Access::kIndexUnion:
      return open_indexes(view, collection, plan, matcher, access);
    case plan::Access::kText:
      return open_text(view, collection, plan, matcher, access);
    case plan::Access::kNear:
      return plan_filter(near_records({.view = view,
                                       .collection = collection,
                                       .scan = plan.near,
                                       .wanted = plan.exact ? access.wanted : 0,
                                       .measure = access.near}),
                         plan, matcher, view);
    case plan::Access::kIdLookup:
      records = id_lookup(view->latest(), collection, plan.ids);
      break;
    case plan::Access::kIdRange:
      records = id_range(view->latest(), collection, {plan.lower, plan.upper}, plan.direction,
                         access.wanted);
      break;
    case plan::Access::kNothing:
      records = id_lookup(view->latest(), collection, {});
      break;
    case plan::Access::kCollectionScan:
      records = collection_scan(view->latest(), collection, plan.direction);
      break;
  }
  if (plan.exact || matcher.matches_everything()) return records;
  return filter(std::move(records), matcher);
}

// Whether the query gives what it is to be sorted by.
Status check_order(const SortOrder& order, const match::Matcher& matcher) {
  expr::MetaUse asked;
  order.note(asked);
  std::set<expr::MetaKind> provided;
  if (matcher.text() != nullptr) provided.insert(expr::MetaKind::kTextScore);
  return asked.check(provided);
}

// Where `skip` records are skipped after they were read.
std::size_t wanted_of(const plan::Plan& plan, const Window& window, std::int64_t skip) {
  constexpr std::int64_t kMany = 1 << 20;
  const bool blocked = !plan.sorted && !window.sort.empty();
  if (blocked || window.limit <= 0) return 0;
  return static_cast<std::size_t>(std::min(skip, kMany) + std::min(window.limit, kMany));
}

}  // namespace

bool skips_entries(const plan::Plan& plan, DocumentView sort) {
  const bool walks =
      plan.access == plan::Access::kIndexScan || plan.access == plan::Access::kIndexUnion;
  return walks && plan.exact && plan.reads == plan::Needs::kDocument &&
         (plan.sorted || sort.empty());
}

bool sorts_entries(const plan::Plan& plan, DocumentView sort) {
  if (plan.access != plan::Access::kIndexScan || plan.sorted || sort.empty()) return false;
  if (!plan.exact || plan.reads != plan::Needs::kDocument || plan.with_keys) return false;
  std::vector<FieldPath> fields;
  for (const Element& field : sort) {
    if (!field.value.is_number()) return false;
    fields.emplace_back(field.name);
  }
  return !plan.scans.front().has_range && plan::has_fields(plan.scans.front(), fields);
}

Result<RecordSourcePtr> open_window(const ReadViewPtr& view, const CollectionRef& collection,
                                    plan::Plan plan, const match::Matcher& matcher,
                                    const Window& window) {
  const bool by_distance =
      matcher.near() != nullptr && window.sort.empty() && plan.access != plan::Access::kNear;
  const std::int64_t passed_over =
      !by_distance && skips_entries(plan, window.sort) ? window.skip : 0;
  const bool by_entries = sorts_entries(plan, window.sort);
  if (by_entries) plan.reads = plan::Needs::kFields;
  WindowMeasures* const measures = window.measures;
  RecordSourcePtr records =
      open(view, collection, plan, matcher,
           {.wanted = by_distance ? 0 : wanted_of(plan, window, window.skip - passed_over),
            .skip = passed_over,
            .sort = window.sort,
            .measure = measures == nullptr ? nullptr : &measures->index,
            .text = measures == nullptr ? nullptr : &measures->text,
            .near = measures == nullptr ? nullptr : &measures->near});
  if (measures != nullptr) records = measured(std::move(records), measures->access);
  const std::int64_t wanted = window.limit > 0 ? window.skip + window.limit : 0;
  const SortOptions options{.wanted = wanted,
                            .spill = window.spill,
                            .held = measures == nullptr ? nullptr : &measures->sorted};
  if (by_distance) {
    records = near_sort(std::move(records), *matcher.near(), options);
  } else if (!plan.sorted && !window.sort.empty()) {
    CAIRN_ASSIGN_OR_RETURN(SortOrder order,
                           SortOrder::parse(window.sort, matcher.collation().get()));
    CAIRN_RETURN_IF_ERROR(check_order(order, matcher));
    records = sort(std::move(records), std::move(order), options);
    if (measures != nullptr) records = measured(std::move(records), measures->sort);
  }
  records = skip_limit(std::move(records), window.skip - passed_over, window.limit);
  if (by_entries) {
    records = fetch(std::move(records), view,
                    {.wanted = static_cast<std::size_t>(window.limit),
                     .measure = measures == nullptr ? nullptr : &measures->index});
    records = plan_filter(std::move(records), plan, matcher, view);
  }
  if (measures != nullptr) records = measured(std::move(records), measures->skip_limit);
  return records;
}

RecordSourcePtr open_trial(const ReadViewPtr& view, const CollectionRef& collection,
                           const plan::Plan& plan, const match::Matcher& matcher, DocumentView sort,
                           IndexMeasure& measure) {
  plan::Plan tried = plan;
  return open(view, collection, tried, matcher, {.wanted = 0, .sort = sort, .measure = &measure});
}

}  // namespace cairn::exec
