// Which plan: a lookup by `_id` if the filter pins it down, else a range of `_id` if that narrows
// or sorts, else a scan.
#include "engine/plan/id_bounds.h"
#include "engine/plan/plan.h"

#include <algorithm>
#include <optional>

namespace cairn::plan {
namespace {

using match::Predicate;

enum class Hint : std::uint8_t { kNone, kForward, kBackward, kId };

bool is_id_pattern(DocumentView pattern) {
  auto field = pattern.begin();
  if (field == pattern.end() || field->name != "_id" || !field->value.is_number()) return false;
  return ++field == pattern.end();
}

Result<Hint> parse_hint(ValueView hint) {
  if (hint.missing()) return Hint::kNone;
  if (hint.is_string() && hint.as_string() == "_id_") return Hint::kId;
  if (hint.is_document()) {
    const DocumentView pattern = hint.as_document();
    if (pattern.empty()) return Hint::kNone;
    if (is_id_pattern(pattern)) return Hint::kId;
    const ValueView natural = pattern["$natural"];
    if (natural.is_number()) return natural.to_double() < 0 ? Hint::kBackward : Hint::kForward;
  }
  if (!hint.is_string() && !hint.is_document()) {
    return Status(ErrorCode::kFailedToParse, "hint must be a string or an object");
  }
  return Status(ErrorCode::kBadValue,
                "error processing query: planner returned error :: caused by :: hint provided "
                "does not correspond to an existing index");
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

// Whether the filter asks for nothing but `_id`s, all of which `pinned_ids` gives.
bool only_pins_id(const match::Matcher& matcher) {
  auto field = matcher.filter().begin();
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
  plan.sorted = request.sort.empty() || ids.size() <= 1 || direction.has_value();
  if (direction == Direction::kBackward) std::reverse(ids.begin(), ids.end());
  plan.ids = std::move(ids);
  return plan;
}

}  // namespace

Result<Plan> choose(const CollectionEntry& collection, const Request& request) {
  if (request.matcher->needs_text_index()) {
    return Status(ErrorCode::kIndexNotFound, "text index required for $text query");
  }
  if (request.matcher->near() != nullptr && !request.sort["$natural"].missing()) {
    return Status(ErrorCode::kBadValue, "geoNear expression not allowed with $natural sort order");
  }
  CAIRN_ASSIGN_OR_RETURN(const Hint hint, parse_hint(request.hint));
  if (hint == Hint::kForward || hint == Hint::kBackward) {
    const auto direction = hint == Hint::kForward ? Direction::kForward : Direction::kBackward;
    return scan(direction, request.sort.empty() || natural_sort(request.sort) == direction);
  }
  if (auto ids = pinned_ids(collection, *request.matcher)) {
    return lookup(collection, std::move(*ids), request);
  }
  if (const auto natural = natural_sort(request.sort)) return scan(*natural, true);

  const auto sort_direction = sort_by_index(collection, request);
  IdBounds bounds = id_bounds(collection, *request.matcher);
  if (!bounds.narrowed && !sort_direction && hint != Hint::kId) {
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

}  // namespace cairn::plan
