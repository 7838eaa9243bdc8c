#include "engine/plan/wildcard.h"

#include "engine/plan/type_bounds.h"
#include "engine/project/projection.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;

// Documents and arrays are in the index by what is in them.
bool may_be_inside(const Intervals& intervals) {
  const Intervals nested =
      joined({bracket(BsonType::kDocument, Nan::kInside), bracket(BsonType::kArray, Nan::kInside)});
  return !intersection(intervals, nested).empty();
}

// Whether an exclusion leaves all that is at the path and inside of it.
bool is_left_whole(DocumentView exclusion, const std::string& prefix, const FieldPath& path) {
  if (prefix.empty() && path.name(0) == "_id") return exclusion["_id"].truthy();
  for (const Element& element : exclusion) {
    const std::string name = prefix + std::string(element.name);
    if (element.value.is_document()) {
      if (!is_left_whole(element.value.as_document(), name + ".", path)) return false;
    } else if (!element.value.truthy()) {
      const FieldPath excluded(name);
      if (excluded.is_prefix_of(path) || path.is_prefix_of(excluded)) return false;
    }
  }
  return true;
}

class Wildcard {
 public:
  Wildcard(const IndexEntry& index, const Conjunction& filter)
      : index_(index),
        filter_(filter),
        field_(*index.wildcard_field()),
        same_collation_(same_collation(index.collation().get(), filter.collation)) {}

  bool covers(const FieldPath& path) const {
    if (path.names_position()) return false;
    const std::string& base = index_.fields()[field_].path.text();
    if (!base.empty()) return FieldPath(base).is_prefix_of(path);
    if (index_.projection() == nullptr) return path.name(0) != "_id";
    if (const auto kept = index_.projection()->kept_fields()) {
      return std::any_of(kept->begin(), kept->end(),
                         [&](const FieldPath& one) { return one.is_prefix_of(path); });
    }
    return is_left_whole(index_.spec()["wildcardProjection"].as_document(), {}, path);
  }

  std::optional<Draft> draft(const FieldPath& path) const {
    Draft made;
    made.scan.index = &index_;
    made.scan.generation = index_.multikey().generation();
    made.scan.multikey = true;  // a document may have any number of leaves
    made.scan.wildcard_path = path.text();
    made.left.assign(filter_.conditions->size(), Left::kOfDocument);
    made.needs_field = true;
    for (std::size_t i = 0; i < index_.fields().size(); ++i) {
      if (i == field_) {
        if (!add_leaf(path, made.scan)) return std::nullopt;
      } else {
        made.scan.bounds.push_back(best(index_.fields()[i].path, {}).value_or(everything()));
      }
    }
    made.bounded = !is_everything(made.scan.bounds.front());
    made.points = 1;
    made.limited = 1;
    return made.bounded ? std::optional(std::move(made)) : std::nullopt;
  }

 private:
  // The path's component and the value's.
  bool add_leaf(const FieldPath& path, IndexScan& scan) const {
    const bool arrays = index_.multikey().wildcard(path.text()) != 0;
    if (const auto values = best(path, {.multikey = arrays})) {
      scan.bounds.push_back({point(Value::string(path.text()), nullptr)});
      scan.bounds.push_back(*values);
      return true;
    }
    if (!asks_whether_there(path)) return false;
    const std::string inside = path.text() + ".";
    const std::string behind = path.text() + "/";  // the character after the dot
    scan.bounds.push_back(joined({point(Value::string(path.text()), nullptr),
                                  {edge(Value::string(inside), true, nullptr),
                                   edge(Value::string(behind), false, nullptr)}}));
    scan.bounds.push_back(everything());
    return true;
  }

  bool asks_whether_there(const FieldPath& path) const {
    return std::any_of(filter_.terms->begin(), filter_.terms->end(), [&](const Term& term) {
      return term.path == path && term.within.empty() &&
             term.condition->asks == Condition::Asks::kExists && term.condition->argument.truthy();
    });
  }

  // Of one condition, the one with the fewest values: several may be satisfied by different
  // elements of an array.
  std::optional<Intervals> best(const FieldPath& path, FieldFacts facts) const {
    facts.collation = index_.collation().get();
    facts.same_collation = same_collation_;
    std::optional<Intervals> found;
    for (const Term& term : *filter_.terms) {
      if (!(term.path == path)) continue;
      auto bounds = bounds_of(*term.condition, facts);
      if (!bounds || bounds->takes_missing || may_be_inside(bounds->intervals)) continue;
      if (!facts.multikey && found) {
        found = intersection(*found, bounds->intervals);
      } else if (!found || (all_points(bounds->intervals) && !all_points(*found))) {
        found = std::move(bounds->intervals);
      }
    }
    return found;
  }

  const IndexEntry& index_;
  const Conjunction& filter_;
  std::size_t field_;
  bool same_collation_;
};

}  // namespace

std::vector<Draft> wildcard_drafts(const IndexEntry& index, const Conjunction& filter) {
  const Wildcard wildcard(index, filter);
  std::vector<Draft> drafts;
  std::vector<std::string> seen;
  for (const Term& term : *filter.terms) {
    if (!wildcard.covers(term.path)) continue;
    if (std::find(seen.begin(), seen.end(), term.path.text()) != seen.end()) continue;
    seen.push_back(term.path.text());
    if (auto draft = wildcard.draft(term.path)) drafts.push_back(std::move(*draft));
  }
  return drafts;
}

}  // namespace cairn::plan
