#include "engine/plan/wildcard.h"

#include "engine/plan/type_bounds.h"
#include "engine/project/projection.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::plan {
namespace {

using match::Condition;

// The path with each choice of its numbers left out, itself included: an element is kept under its
// array's path. None where there are many, or where two in a row may ask of an array in an array.
std::vector<FieldPath> without_numbers(const FieldPath& path) {
  constexpr std::size_t kMostPaths = 8;
  std::vector<std::string> texts{std::string(path.name(0))};
  for (std::size_t i = 1; i < path.size(); ++i) {
    const bool number = path.index(i) != FieldPath::kNotAnIndex;
    if (number && i + 1 < path.size() && path.index(i + 1) != FieldPath::kNotAnIndex) return {};
    const std::vector<std::string> shorter = number ? texts : std::vector<std::string>();
    for (std::string& text : texts) text.append(".").append(path.name(i));
    texts.insert(texts.end(), shorter.begin(), shorter.end());
    if (texts.size() > kMostPaths) return {};
  }
  std::vector<FieldPath> paths;
  for (const std::string& text : texts) paths.emplace_back(text);
  return paths;
}

Intervals arrays_and_documents() {
  return joined(
      {bracket(BsonType::kDocument, Nan::kInside), bracket(BsonType::kArray, Nan::kInside)});
}

// Documents and arrays are in the index by what is in them; but empty ones, and arrays in arrays,
// as a whole.
bool may_be_inside(const Intervals& intervals) {
  static const Document kEmpty;
  static const Intervals kWhole{point(kEmpty.view().as_value(), nullptr),
                                point(Value::array(DocumentView()), nullptr)};
  const Intervals nested = intersection(intervals, arrays_and_documents());
  return std::any_of(nested.begin(), nested.end(), [](const Interval& interval) {
    return !interval.is_point() ||
           std::none_of(kWhole.begin(), kWhole.end(), [&](const Interval& whole) {
             return whole.lower.key == interval.lower.key;
           });
  });
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

// How the index keeps the values of a field.
enum class Kept : bool { kByLeaves, kWhole };

class Wildcard {
 public:
  Wildcard(const IndexEntry& index, const Conjunction& filter)
      : index_(index),
        filter_(filter),
        field_(*index.wildcard_field()),
        same_collation_(same_collation(index.collation().get(), filter.collation)) {}

  bool covers(const FieldPath& path) const {
    if (!path.names_position()) return covers_leaf(path);
    const std::vector<FieldPath> paths = without_numbers(path);
    return !paths.empty() && std::all_of(paths.begin(), paths.end(),
                                         [&](const FieldPath& one) { return covers_leaf(one); });
  }

  std::optional<Draft> draft(const FieldPath& path) const {
    Draft made = begun();
    made.scan.wildcard_path = path.text();
    for (std::size_t i = 0; i < index_.fields().size(); ++i) {
      if (i != field_) {
        made.scan.bounds.push_back(bounds_of_other(i, made));
      } else if (!(path.names_position() ? add_element(path, made) : add_leaf(path, made))) {
        return std::nullopt;
      }
    }
    made.bounded = !is_everything(made.scan.bounds.front());
    made.points = 1;
    made.limited = 1;
    return made.bounded ? std::optional(std::move(made)) : std::nullopt;
  }

  // By the fields before the wildcard alone: every document has a key there.
  std::optional<Draft> prefix() const {
    if (field_ == 0) return std::nullopt;
    Draft made = begun();
    for (std::size_t i = 0; i < index_.fields().size(); ++i) {
      made.scan.bounds.push_back(i < field_ ? bounds_of_other(i, made) : everything());
      if (i == field_) made.scan.bounds.push_back(everything());
    }
    made.bounded = !is_everything(made.scan.bounds.front());
    made.points = all_points(made.scan.bounds.front()) ? 1 : 0;
    made.limited = 1;
    return made.bounded ? std::optional(std::move(made)) : std::nullopt;
  }

 private:
  Draft begun() const {
    Draft made;
    made.scan.index = &index_;
    made.scan.generation = index_.multikey().generation();
    made.scan.multikey = true;  // a document may have any number of leaves
    made.left.assign(filter_.conditions->size(), Left::kOfDocument);
    made.needs_field = true;
    return made;
  }

  bool covers_leaf(const FieldPath& path) const {
    const std::string& base = index_.fields()[field_].path.text();
    if (!base.empty()) return FieldPath(base).is_prefix_of(path);
    if (index_.projection() == nullptr) return path.name(0) != "_id";
    if (const auto kept = index_.projection()->kept_fields()) {
      return std::any_of(kept->begin(), kept->end(),
                         [&](const FieldPath& one) { return one.is_prefix_of(path); });
    }
    return is_left_whole(index_.spec()["wildcardProjection"].as_document(), {}, path);
  }

  // The path's component and the value's.
  bool add_leaf(const FieldPath& path, Draft& made) const {
    IndexScan& scan = made.scan;
    const bool arrays = index_.multikey().wildcard(path.text()) != 0;
    if (const auto values = best(path, {.multikey = arrays}, Kept::kByLeaves, made)) {
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

  // Of a path with numbers: of elements under their array's path, of fields under their own. An
  // array in an array is kept as a whole, and may have the value inside.
  bool add_element(const FieldPath& path, Draft& made) const {
    IndexScan& scan = made.scan;
    const auto values = best(path, {.multikey = true}, Kept::kByLeaves, made);
    if (!values) return false;
    Intervals paths;
    for (const FieldPath& one : without_numbers(path)) {
      paths.push_back(point(Value::string(one.text()), nullptr));
    }
    Intervals all = *values;
    all.push_back(bracket(BsonType::kArray, Nan::kInside));
    scan.bounds.push_back(joined(std::move(paths)));
    scan.bounds.push_back(joined(std::move(all)));
    return true;
  }

  // Other fields are no arrays.
  Intervals bounds_of_other(std::size_t field, Draft& made) const {
    return best(index_.fields()[field].path, {}, Kept::kWhole, made).value_or(everything());
  }

  bool asks_whether_there(const FieldPath& path) const {
    return std::any_of(filter_.terms->begin(), filter_.terms->end(), [&](const Term& term) {
      return term.path == path && term.within.empty() &&
             term.condition->asks == Condition::Asks::kExists && term.condition->argument.truthy();
    });
  }

  // Of one condition, the one with the fewest values: several may be satisfied by different
  // elements of an array. Where there are none, of all of them, and what that proves need not be
  // asked of documents.
  std::optional<Intervals> best(const FieldPath& path, FieldFacts facts, Kept kept,
                                Draft& made) const {
    facts.collation = index_.collation().get();
    facts.same_collation = same_collation_;
    std::optional<Intervals> found;
    for (const Term& term : *filter_.terms) {
      if (!(term.path == path)) continue;
      auto bounds = bounds_of(*term.condition, facts);
      if (!bounds) continue;
      const bool not_there = bounds->takes_missing || may_be_inside(bounds->intervals);
      if (kept == Kept::kByLeaves && not_there) continue;
      if (!facts.multikey && bounds->tightness == Tightness::kExact && term.within.empty()) {
        made.left[term.conjunct] = Left::kNothing;
      }
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
  if (!drafts.empty()) return drafts;
  if (auto draft = wildcard.prefix()) drafts.push_back(std::move(*draft));
  return drafts;
}

}  // namespace cairn::plan
