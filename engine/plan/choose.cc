// Which plans: a lookup by `_id` if the filter pins it down, else the indexes that bound or sort,
// else a range of `_id` if that does, else a scan.
#include "engine/match/settled.h"
#include "engine/plan/conditions.h"
#include "engine/plan/hint.h"
#include "engine/plan/id_bounds.h"
#include "engine/plan/index_plans.h"
#include "engine/plan/near_plan.h"
#include "engine/plan/plan.h"
#include "engine/plan/terms.h"
#include "engine/plan/text_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace cairn::plan {
namespace {

using match::Predicate;

Plan of_nothing() {
  Plan plan;
  plan.access = Access::kNothing;
  plan.sorted = true;
  plan.exact = true;
  return plan;
}

// The direction of a sort that the `_id` order answers; nullopt: it does not.
std::optional<Direction> id_sort(DocumentView sort) {
  if (!is_id_pattern(sort)) return std::nullopt;
  return sort.begin()->value.to_double() < 0 ? Direction::kBackward : Direction::kForward;
}

std::optional<Direction> natural_sort(DocumentView sort) {
  const ValueView natural = sort["$natural"];
  if (!natural.is_number()) return std::nullopt;
  return natural.to_double() < 0 ? Direction::kBackward : Direction::kForward;
}

std::optional<std::vector<ValueView>> pinned_ids(const CollectionEntry& collection,
                                                 const match::Matcher& matcher) {
  const Collation* const collation = matcher.collation().get();
  for (const Predicate& predicate : matcher.predicates()) {
    if (predicate.path != "_id") continue;
    if (predicate.kind == Predicate::Kind::kEq) {
      if (!orders_like_id(collection, collation, predicate.value)) continue;
      return std::vector{predicate.value};
    }
    if (predicate.kind != Predicate::Kind::kIn) continue;
    if (!orders_like_id(collection, collation, predicate.value)) continue;
    std::vector<ValueView> ids;
    for (const Element& element : predicate.value.as_document()) {
      if (element.value.type() == BsonType::kRegex) return std::nullopt;
      ids.push_back(element.value);
    }
    const auto less = [&](ValueView a, ValueView b) { return compare(a, b, collation) < 0; };
    const auto equal = [&](ValueView a, ValueView b) { return compare(a, b, collation) == 0; };
    std::sort(ids.begin(), ids.end(), less);
    ids.erase(std::unique(ids.begin(), ids.end(), equal), ids.end());
    return ids;
  }
  return std::nullopt;
}

// Whether it says nothing but, in one way or several, which one `_id` it wants.
bool names_one_id(const match::Matcher& matcher) {
  const std::vector<match::Condition> conditions = match::outline(matcher.filter());
  return !conditions.empty() &&
         std::all_of(conditions.begin(), conditions.end(), [&](const match::Condition& condition) {
           return condition.asks == match::Condition::Asks::kEq && condition.path == "_id" &&
                  compare(condition.argument, conditions.front().argument) == 0;
         });
}

// Whether the filter asks for nothing but `_id`s, all of which `pinned_ids` gives.
bool only_pins_id(const match::Matcher& matcher) {
  auto field = matcher.filter().begin();
  const bool in_list =
      field != matcher.filter().end() && (field->name == "$and" || field->name == "$or");
  if (in_list && matcher.filter().count() == 1) return names_one_id(matcher);
  if (field == matcher.filter().end() || field->name != "_id") return false;
  const ValueView condition = field->value;
  if (++field != matcher.filter().end() || matcher.predicates().size() != 1) return false;
  // Not one that stands among other conditions.
  return !condition.is_document() || condition.as_document().count() == 1 ||
         !condition.as_document().begin()->name.starts_with('$');
}

Plan scan(Direction direction, bool sorted) {
  Plan plan;
  plan.direction = direction;
  plan.sorted = sorted;
  return plan;
}

// The direction of a sort that the `_id` order answers, if the query orders strings as the index
// does.
std::optional<Direction> sort_by_index(const CollectionEntry& collection, const Request& request) {
  const Collation* const collation = request.matcher->collation().get();
  if (!same_collation(collection.collation().get(), collation)) return std::nullopt;
  return id_sort(request.sort);
}

Plan lookup(const CollectionEntry& collection, std::vector<ValueView> ids, const Request& request) {
  Plan plan;
  plan.exact = only_pins_id(*request.matcher);
  plan.access = ids.empty() ? Access::kNothing : Access::kIdLookup;
  const auto direction = sort_by_index(collection, request);
  const bool one = plan.exact && ids.size() <= 1;  // MongoDB does not look at its sort keys either
  plan.sorted = request.sort.empty() || one || direction.has_value();
  if (direction == Direction::kBackward) std::reverse(ids.begin(), ids.end());
  plan.ids = std::move(ids);
  return plan;
}

// Whether there is an order of `_id`, and an index filter leaves it; that of a clustered collection
// is no index.
bool may_use_id(const CollectionEntry& collection, const Request& request) {
  if (!collection.finds_by_id()) return false;
  if (request.allowed == nullptr || collection.id_index() == nullptr) return true;
  const IndexEntry& id = collection.index_entries().front();
  return request.allowed->allows(id.key_pattern(), id.name());
}

// Without any other index: by `_id` if that narrows or sorts, else a scan.
Plan primary(const CollectionEntry& collection, const Request& request, bool by_id) {
  if (!may_use_id(collection, request)) return scan(Direction::kForward, request.sort.empty());
  const auto sort_direction = sort_by_index(collection, request);
  IdBounds bounds = id_bounds(collection, *request.matcher);
  if (!bounds.narrowed && !sort_direction && !by_id) {
    return scan(Direction::kForward, request.sort.empty());
  }
  Plan plan;
  plan.access = Access::kIdRange;
  plan.direction = sort_direction.value_or(Direction::kForward);
  plan.sorted = request.sort.empty() || sort_direction.has_value();
  plan.lower = std::move(bounds.lower);
  plan.upper = std::move(bounds.upper);
  return plan;
}

bool is_direction(ValueView natural) {
  return natural.is_number() && (natural.to_double() == 1 || natural.to_double() == -1);
}

// {$natural: 1} or -1 alone, and no hint that says otherwise.
Status check_natural_sort(const Request& request) {
  const ValueView natural = request.sort["$natural"];
  if (natural.missing()) return Status();
  if (request.sort.count() != 1 || !is_direction(natural)) {
    return {ErrorCode::kBadValue, "$natural sort cannot be set to a value other than -1 or 1."};
  }
  if (request.hint.missing()) return Status();
  const DocumentView hint =
      request.hint.is_document() ? request.hint.as_document() : DocumentView();
  if (request.hint.is_document() && hint.empty()) return Status();
  const ValueView hinted = hint["$natural"];
  if (hinted.missing()) {
    return {ErrorCode::kBadValue, "index hint not allowed with $natural sort order"};
  }
  if (!is_direction(hinted) || hinted.to_double() == natural.to_double()) return Status();
  return {ErrorCode::kBadValue,
          "$natural hint must be in the same direction as $natural sort order"};
}

Status check_request(const Request& request) {
  CAIRN_RETURN_IF_ERROR(check_natural_sort(request));
  if (request.matcher->near() != nullptr && !request.sort["$natural"].missing()) {
    return {ErrorCode::kBadValue, "geoNear expression not allowed with $natural sort order"};
  }
  return Status();
}

// Where both are given.
bool same_names(DocumentView a, DocumentView b) {
  if (a.empty() || b.empty()) return true;
  auto x = a.begin();
  auto y = b.begin();
  for (; x != a.end() && y != b.end(); ++x, ++y) {
    if (x->name != y->name) return false;
  }
  return x == a.end() && y == b.end();
}

Status planner_error(ErrorCode code, std::string_view why) {
  return {code,
          fmt::format("error processing query: planner returned error :: caused by :: {}", why)};
}

// The one `_id` of `min` or `max`; missing where there is none.
Result<ValueView> id_of_range(const CollectionEntry& collection, DocumentView range,
                              const Collation* collation) {
  if (range.empty()) return ValueView();
  const ValueView id = range["_id"];
  if (range.count() != 1 || id.missing() || !orders_like_id(collection, collation, id)) {
    return planner_error(location(6137400),
                         "The clustered index is not compatible with the values provided for "
                         "min/max due to the query collation");
  }
  return id;
}

Result<Plan> clustered_range(const CollectionEntry& collection, const Request& request) {
  const Collation* const collation = request.matcher->collation().get();
  CAIRN_ASSIGN_OR_RETURN(const ValueView min, id_of_range(collection, request.min, collation));
  CAIRN_ASSIGN_OR_RETURN(const ValueView max, id_of_range(collection, request.max, collation));
  IdBounds bounds = id_range(collection, min, max);
  if (bounds.lower >= bounds.upper) {
    return planner_error(location(6137401), "max() must be greater than min()");
  }
  const auto direction = sort_by_index(collection, request);
  if (direction == Direction::kBackward) {
    return Status(location(6137402),
                  "min() / max() are only supported for forward collection scans on clustered "
                  "collections");
  }
  Plan plan;
  plan.access = Access::kIdRange;
  plan.sorted = request.sort.empty() || direction.has_value();
  plan.lower = std::move(bounds.lower);
  plan.upper = std::move(bounds.upper);
  return plan;
}

// A walk from `min` to `max`. REQUIRES: they name the same fields.
Result<std::vector<Plan>> ranged(const CollectionEntry& collection, const Hint& hint,
                                 const Request& request) {
  if (hint.natural) {
    return planner_error(ErrorCode::kNoQueryExecutionPlans,
                         "min and max are incompatible with $natural");
  }
  if (hint.index == nullptr && !hint.clustered) {
    return planner_error(ErrorCode::kNoQueryExecutionPlans,
                         "When using min()/max() a hint of which index to use must be provided");
  }
  CAIRN_ASSIGN_OR_RETURN(Plan plan, hint.clustered ? clustered_range(collection, request)
                                                   : range_plan(*hint.index, request));
  return std::vector<Plan>{std::move(plan)};
}

// Only the `_id` index can be walked, and nothing asks for more than its documents.
bool is_id_alone(const std::vector<Plan>& plans) {
  return std::all_of(plans.begin(), plans.end(), [](const Plan& plan) {
    return plan.access == Access::kIndexScan && plan.scans.front().index->is_id() &&
           plan.reads == Needs::kDocument;
  });
}

bool asks_of_id(const match::Matcher& matcher) {
  const std::vector<match::Condition> conditions = conditions_of(matcher);
  const std::vector<Term> terms = terms_of(conditions);
  return std::any_of(terms.begin(), terms.end(),
                     [](const Term& term) { return term.path.text() == "_id"; });
}

Result<std::vector<Plan>> choose_index(const CollectionEntry& collection, const Request& request) {
  std::vector<Plan> plans;
  const bool tries_indexes =
      !collection.secondary_indexes().empty() ||
      (!collection.index_entries().empty() && request.needs != Needs::kDocument);
  if (tries_indexes) {
    CAIRN_ASSIGN_OR_RETURN(plans, index_plans(collection, request));
    if (!is_id_alone(plans)) return plans;
  }
  Plan without = primary(collection, request, false);
  // What a range of `_id` says nothing of, a prefix or a type, its index may still bound.
  const bool scans = without.access == Access::kCollectionScan;
  const bool may_walk = tries_indexes ? !plans.empty() : collection.id_index() != nullptr;
  if (scans && may_walk && asks_of_id(*request.matcher)) {
    if (!tries_indexes) {
      CAIRN_ASSIGN_OR_RETURN(plans, index_plans(collection, request));
    }
    if (!plans.empty()) return plans;
  }
  return std::vector<Plan>{std::move(without)};
}

}  // namespace

std::string plan_name(const Plan& plan) {
  std::string name = std::to_string(static_cast<int>(plan.access));
  if (plan.merged) name += " merged";
  for (const IndexScan& scan : plan.scans) {
    if (name.ends_with(scan.index->name())) continue;  // exploded
    name += scan.direction == Direction::kForward ? " +" : " -";
    name += scan.index->name();
  }
  return name;
}

Result<std::vector<Plan>> candidates(const CollectionEntry& collection, const Request& request) {
  if (request.matcher->text() != nullptr) {
    if (request.matcher->near() != nullptr) {
      return Status(ErrorCode::kBadValue, "text and geoNear not allowed in same query");
    }
    CAIRN_ASSIGN_OR_RETURN(Plan plan, text_plan(collection, request));
    return std::vector<Plan>{std::move(plan)};
  }
  if (!same_names(request.min, request.max)) {
    return Status(location(51176), "min and max must have the same field names");
  }
  CAIRN_RETURN_IF_ERROR(check_request(request));
  CAIRN_ASSIGN_OR_RETURN(const Hint hint, parse_hint(collection, request.hint, request.hidden));
  if (!request.min.empty() || !request.max.empty()) return ranged(collection, hint, request);
  if (request.matcher->near() != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(Plan plan, near_plan(collection, request, hint));
    return std::vector<Plan>{std::move(plan)};
  }
  if (hint.natural) {
    return std::vector<Plan>{
        scan(*hint.natural, request.sort.empty() || natural_sort(request.sort) == hint.natural)};
  }
  const bool by_id = hint.clustered || (hint.index != nullptr && hint.index->is_id());
  if ((hint.index == nullptr || by_id) && collection.finds_by_id()) {
    if (auto ids = pinned_ids(collection, *request.matcher)) {
      // One document by its `_id` is found without a plan, whatever a filter says.
      const bool one = ids->size() <= 1 && only_pins_id(*request.matcher);
      if (one || may_use_id(collection, request)) {
        return std::vector<Plan>{lookup(collection, std::move(*ids), request)};
      }
    }
  }
  if (match::matches_nothing(match::outline(request.matcher->filter()))) {
    return std::vector<Plan>{of_nothing()};
  }
  if (by_id) return std::vector<Plan>{primary(collection, request, true)};
  if (hint.index != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(Plan plan, hinted_plan(collection, *hint.index, request));
    return std::vector<Plan>{std::move(plan)};
  }
  if (const auto natural = natural_sort(request.sort)) {
    return std::vector<Plan>{scan(*natural, true)};
  }
  return choose_index(collection, request);
}

}  // namespace cairn::plan
