#include "engine/plan/near_plan.h"

#include "engine/plan/conditions.h"
#include "engine/plan/draft.h"
#include "engine/plan/near_scan.h"
#include "engine/plan/terms.h"
#include "engine/plan/union_plan.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace cairn::plan {
namespace {

using match::Condition;
using match::Near;

Status no_index() {
  return {ErrorCode::kNoQueryExecutionPlans,
          "error processing query: planner returned error :: caused by :: unable to find index for "
          "$geoNear query"};
}

// Which kinds of index know such distances.
bool measures(FieldKind kind, Near::Measure measure) {
  if (kind == FieldKind::k2dsphere) return measure != Near::Measure::kPlane;
  return kind == FieldKind::k2d && measure != Near::Measure::kMeters;
}

std::optional<std::size_t> near_field(const IndexEntry& index, const Near& near) {
  for (std::size_t i = 0; i < index.fields().size(); ++i) {
    const IndexField& field = index.fields()[i];
    if (field.path == near.path() && measures(field.kind, near.measure())) return i;
  }
  return std::nullopt;
}

bool is_near(const Condition& condition, const Near& near) {
  return condition.asks == Condition::Asks::kOther && condition.name.empty() &&
         condition.path == near.path().text();
}

struct Choice {
  Draft draft;
  std::size_t field;
};

// The index with bounds for everything but the places that are measured: those are the rings'.
std::optional<Choice> choice_of(const IndexEntry& index, const Conjunction& filter,
                                const Near& near) {
  const auto field = near_field(index, near);
  if (!field || !is_usable(index, filter)) return std::nullopt;
  Choice choice{.draft = draft(index, filter), .field = *field};
  for (std::size_t i = 0; i < *field; ++i) {
    if (is_everything(choice.draft.scan.bounds[i])) return std::nullopt;
  }
  choice.draft.scan.bounds[*field] = everything();
  choice.draft.scan.direction = Direction::kForward;
  for (std::size_t i = 0; i < choice.draft.left.size(); ++i) {
    const Condition& condition = (*filter.conditions)[i];
    const bool here = condition.path == near.path().text();
    if (here) choice.draft.left[i] = is_near(condition, near) ? Left::kNothing : Left::kOfDocument;
    // Keys of such an index are not asked.
    if (choice.draft.left[i] == Left::kOfKey) choice.draft.left[i] = Left::kOfDocument;
  }
  return choice;
}

bool better(const Choice& a, const Choice& b) {
  if (a.draft.limited != b.draft.limited) return a.draft.limited > b.draft.limited;
  return a.draft.scan.index->kind() == FieldKind::k2dsphere &&
         b.draft.scan.index->kind() == FieldKind::k2d;
}

Result<geo::SurroundingsPtr> surroundings(const IndexEntry& index, const Near& near) {
  if (index.kind() == FieldKind::k2dsphere) return geo::around_on_sphere(near.center());
  const geo::Grid& grid = index.geo()->grid;
  if (!grid.contains(near.center())) {
    return Status(
        location(16433),
        fmt::format("point not in interval of [ {:g}, {:g} ] :: caused by :: {{ 0: {}, 1: "
                    "{} }}",
                    grid.lowest(), grid.highest(), near.center().x, near.center().y));
  }
  return near.measure() == Near::Measure::kPlane ? geo::around_on_plane(near.center(), grid)
                                                 : geo::around_on_globe(near.center(), grid);
}

}  // namespace

Result<Plan> near_plan(const CollectionEntry& collection, const Request& request,
                       const Hint& hint) {
  const Near& near = *request.matcher->near();
  if (hint.natural) {
    return Status(ErrorCode::kBadValue, "geoNear expression not allowed with $natural hint");
  }
  const std::vector<Condition> conditions = conditions_of(*request.matcher);
  const std::vector<Term> terms = terms_of(conditions);
  const Conjunction filter{&conditions, &terms, request.matcher->collation().get(),
                           request.allowed};
  std::optional<Choice> best;
  for (const IndexEntry& index : collection.index_entries()) {
    if (hint.index != nullptr && hint.index != &index) continue;
    auto choice = choice_of(index, filter, near);
    if (choice && (!best || better(*choice, *best))) best = std::move(choice);
  }
  if (!best || hint.clustered) return no_index();
  Plan plan;
  plan.access = Access::kNear;
  plan.sorted = request.sort.empty();
  plan.residual_shown = left_of_document(best->draft, filter);
  plan.exact = plan.residual_shown.empty();
  if (!plan.exact && stands_alone(best->draft, filter)) {
    auto residual =
        match::Matcher::parse(plan.residual_shown, {.collation = request.matcher->collation()});
    if (residual.ok()) plan.residual = std::make_shared<const match::Matcher>(std::move(*residual));
  }
  CAIRN_ASSIGN_OR_RETURN(geo::SurroundingsPtr around, surroundings(*best->draft.scan.index, near));
  plan.near = std::make_shared<const NearScan>(NearScan{.scan = std::move(best->draft.scan),
                                                        .field = best->field,
                                                        .near = near,
                                                        .around = std::move(around)});
  return plan;
}

}  // namespace cairn::plan
