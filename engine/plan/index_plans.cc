#include "engine/plan/index_plans.h"

#include "engine/plan/bounds.h"
#include "engine/plan/conditions.h"
#include "engine/plan/covering.h"
#include "engine/plan/draft.h"
#include "engine/plan/implies.h"
#include "engine/plan/sort_order.h"
#include "engine/plan/union_plan.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;

class Planning {
 public:
  Planning(Planning&&) = default;  // what borrows stays where it is

  static Result<Planning> of(const Request& request) {
    Planning planning(request);
    if (request.sort.empty() || !request.sort["$natural"].missing()) return planning;
    planning.by_chance_ = is_random_sort(request.sort);
    if (planning.by_chance_) return planning;
    CAIRN_ASSIGN_OR_RETURN(planning.sort_,
                           SortPattern::parse(request.sort, request.matcher->collation().get()));
    return planning;
  }

  std::vector<Plan> all(const CollectionEntry& collection) {
    std::vector<Plan> plans;
    for (const IndexEntry& index : collection.index_entries()) {
      if (!asks_of_first(index) || !is_usable(index, filter())) continue;
      for (Draft& made : drafts_of(index, filter())) {
        if (!made.bounded || (index.sparse() && !made.needs_field)) continue;
        add(std::move(made), plans);
      }
    }
    add_unions(collection, plans);
    const bool sorting =
        std::any_of(plans.begin(), plans.end(), [](const Plan& plan) { return plan.sorted; });
    if (sort_ && !sorting) add_sorting(collection, plans);
    if (request_.distinct != nullptr) keep_distinct(collection, plans);
    return plans;
  }

  Result<Plan> hinted(const CollectionEntry& collection, const IndexEntry& index) {
    std::vector<Draft> drafts = drafts_of(index, filter());
    if (drafts.empty() || !drafts.front().bounded) {
      if (auto plan = united(collection, index)) return std::move(*plan);
    }
    const bool serves = !drafts.empty() && implies(filter(), index);
    if (index.kind() == FieldKind::kWildcard && !serves) {
      return Status(ErrorCode::kNoQueryExecutionPlans,
                    "error processing query: planner returned error :: caused by :: $hint: "
                    "refusing to build whole-index solution, because it's a wildcard index");
    }
    const bool helps =
        !drafts.empty() && (drafts.front().bounded ||
                            (drafts.front().limited > 0 && index.kind() == FieldKind::kOrdered));
    Draft made = helps ? std::move(drafts.front()) : whole(index, filter());
    if (auto merged = exploded(made)) return std::move(*merged);
    return finished(std::move(made));
  }

  Plan unbounded(const IndexEntry& index) { return finished(whole(index, filter())); }

 private:
  explicit Planning(const Request& request)
      : request_(request),
        conditions_(conditions_of(*request.matcher)),
        terms_(terms_of(conditions_)) {}

  Conjunction filter() const {
    return {&conditions_, &terms_, request_.matcher->collation().get(), request_.allowed};
  }

  // Whether some condition is about the field that the index begins with.
  bool asks_of_first(const IndexEntry& index) const {
    if (index.kind() == FieldKind::kWildcard) return true;
    const FieldPath& first = index.paths().front();
    return std::any_of(terms_.begin(), terms_.end(),
                       [&](const Term& term) { return term.path == first; });
  }

  void add(Draft made, std::vector<Plan>& plans) {
    auto merged = exploded(made);
    plans.push_back(merged ? std::move(*merged) : finished(std::move(made)));
  }

  // Indexes for their order, with what bounds leave it: an array sorts by all its elements, so that
  // those of its field are asked of the documents.
  void add_sorting(const CollectionEntry& collection, std::vector<Plan>& plans) {
    for (const IndexEntry& index : collection.index_entries()) {
      if (!is_usable(index, filter()) || index.sparse()) continue;
      if (index.kind() == FieldKind::kWildcard || is_geo(index.kind())) continue;
      Draft made = draft(index, filter());
      if (made.bounded) made = whole(index, filter());
      if (sorting_direction(made.scan, *sort_, filter().collation)) {
        plans.push_back(finished(std::move(made)));
      }
    }
  }

  // Where an index can step from value to value, no other plan is as good.
  void keep_distinct(const CollectionEntry& collection, std::vector<Plan>& plans) {
    for (const IndexEntry& index : collection.index_entries()) {
      // What is not in a sparse index has no value.
      const bool all =
          !index.sparse() || (request_.distinct_elements && request_.matcher->matches_everything());
      if (!is_usable(index, filter()) || !all) continue;
      if (index.kind() != FieldKind::kOrdered) continue;
      if (!(index.fields().front().path == *request_.distinct)) continue;
      const bool has = std::any_of(plans.begin(), plans.end(), [&](const Plan& plan) {
        return plan.distinct_fields > 0 && plan.scans.front().index == &index;
      });
      if (has) continue;
      Draft made = draft(index, filter());
      if (made.bounded) continue;  // is there already
      Plan plan = finished(std::move(made));
      if (plan.distinct_fields > 0) plans.push_back(std::move(plan));
    }
    const auto steps = [](const Plan& plan) { return plan.distinct_fields > 0; };
    if (!std::any_of(plans.begin(), plans.end(), steps)) return;
    std::erase_if(plans, [&](const Plan& plan) { return !steps(plan); });
  }

  // Every `$or` among the conditions, also those of `$expr`s.
  std::vector<const Condition*> alternatives() const {
    std::vector<const Condition*> found;
    for (const Condition& condition : conditions_) {
      if (condition.asks == Condition::Asks::kAny) found.push_back(&condition);
      if (condition.asks != Condition::Asks::kExpression) continue;
      for (const Condition& part : condition.parts) {
        if (part.asks == Condition::Asks::kAny) found.push_back(&part);
      }
    }
    return found;
  }

  // What all branches of an `$or` find by indexes; nullopt: some has none.
  std::optional<Plan> union_of(const CollectionEntry& collection, const Condition& any,
                               const IndexFilter* allowed) const {
    auto plan = union_plan(collection, conditions_, any,
                           {.sort = sort_ ? &*sort_ : nullptr,
                            .collation = request_.matcher->collation().get(),
                            .allowed = allowed});
    if (!plan) return std::nullopt;
    plan->sorted = plan->sorted && !by_chance_;
    if (!plan->exact) plan->residual_shown = Document(request_.matcher->filter());
    cover(request_, *plan);
    return plan;
  }

  void add_unions(const CollectionEntry& collection, std::vector<Plan>& plans) {
    for (const Condition* any : alternatives()) {
      auto plan = union_of(collection, *any, request_.allowed);
      if (plan) plans.push_back(std::move(*plan));
    }
  }

  // By this index alone.
  std::optional<Plan> united(const CollectionEntry& collection, const IndexEntry& index) const {
    const IndexFilter only{.names = {index.name()}};
    for (const Condition* any : alternatives()) {
      if (auto plan = union_of(collection, *any, &only)) return plan;
    }
    return std::nullopt;
  }

  // Points of the leading fields, each a scan of its own, merged by the sort.
  std::optional<Plan> exploded(const Draft& made) {
    if (!sort_ || sorting_direction(made.scan, *sort_, filter().collation)) return std::nullopt;
    std::vector<IndexScan> scans = explode(made.scan);
    if (scans.size() < 2) return std::nullopt;
    for (IndexScan& scan : scans) {
      const auto direction = sorting_direction(scan, *sort_, filter().collation);
      if (!direction) return std::nullopt;
      scan.direction = *direction;
      scan.key_filter = key_filter(made, filter());
    }
    Plan plan;
    plan.access = Access::kIndexUnion;
    plan.scans = std::move(scans);
    plan.merged = true;
    plan.sorted = true;
    leave(made, plan);
    cover(request_, plan);
    return plan;
  }

  Plan finished(Draft made) {
    Plan plan;
    plan.access = Access::kIndexScan;
    plan.sorted = !sort_ && !by_chance_;
    if (sort_) {
      if (const auto way = sorting_direction(made.scan, *sort_, filter().collation)) {
        plan.sorted = true;
        made.scan.direction = *way;
      }
    }
    made.scan.key_filter = key_filter(made, filter());
    leave(made, plan);
    plan.direction = made.scan.direction;
    plan.scans.push_back(std::move(made.scan));
    cover(request_, plan);
    return plan;
  }

  void leave(const Draft& made, Plan& plan) {
    plan.residual_shown = left_of_document(made, filter());
    plan.exact = plan.residual_shown.empty();
    if (plan.exact || !stands_alone(made, filter())) return;
    auto matcher =
        match::Matcher::parse(plan.residual_shown, {.collation = request_.matcher->collation()});
    if (!matcher.ok()) return;
    plan.residual = std::make_shared<const match::Matcher>(std::move(*matcher));
  }

  const Request& request_;
  std::vector<Condition> conditions_;
  std::vector<Term> terms_;  // borrow them
  std::optional<SortPattern> sort_;
  bool by_chance_ = false;  // the order is one that no index has
};

Status not_of_index() {
  return {location(51174),
          "error processing query: planner returned error :: caused by :: The index chosen is not "
          "compatible with min/max"};
}

// Where the entries with these values begin, asked for under `collation`.
Result<std::string> range_key(const IndexEntry& index, DocumentView values,
                              const Collation* collation) {
  if (index.kind() == FieldKind::kWildcard) return not_of_index();
  const bool same = same_collation(index.collation().get(), collation);
  std::string bytes;
  key::Encoder encoder(bytes);
  auto value = values.begin();
  for (const IndexField& field : index.fields()) {
    if (value == values.end() || value->name != field.name) return not_of_index();
    if (!same && orders_by_collation(value->value)) return not_of_index();
    encoder.begin(field.direction);
    append_key(value->value, encoder, index.collation().get());
    ++value;
  }
  if (value != values.end()) return not_of_index();
  encoder.finish(key::Terminator::kLess);
  return bytes;
}

}  // namespace

Result<std::vector<Plan>> index_plans(const CollectionEntry& collection, const Request& request) {
  CAIRN_ASSIGN_OR_RETURN(Planning planning, Planning::of(request));
  return planning.all(collection);
}

Result<Plan> hinted_plan(const CollectionEntry& collection, const IndexEntry& index,
                         const Request& request) {
  CAIRN_ASSIGN_OR_RETURN(Planning planning, Planning::of(request));
  return planning.hinted(collection, index);
}

Result<Plan> range_plan(const IndexEntry& index, const Request& request) {
  CAIRN_ASSIGN_OR_RETURN(Planning planning, Planning::of(request));
  const Collation* const collation = request.matcher->collation().get();
  Plan plan = planning.unbounded(index);
  IndexScan& scan = plan.scans.front();
  scan.has_range = true;
  if (!request.min.empty()) {
    CAIRN_ASSIGN_OR_RETURN(scan.from_key, range_key(index, request.min, collation));
  }
  if (!request.max.empty()) {
    CAIRN_ASSIGN_OR_RETURN(scan.up_to_key, range_key(index, request.max, collation));
  }
  if (!request.min.empty() && !request.max.empty() && scan.from_key >= scan.up_to_key) {
    return Status(location(51175),
                  "error processing query: planner returned error :: caused by :: The value "
                  "provided for min() does not come before the value provided for max() in the "
                  "hinted index");
  }
  return plan;
}

}  // namespace cairn::plan
