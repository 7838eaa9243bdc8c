#include "engine/plan/draft.h"

#include "engine/plan/covering.h"

#include <algorithm>

namespace cairn::plan {
namespace {

using match::Condition;
using Asks = Condition::Asks;

std::size_t common_components(const FieldPath& a, const FieldPath& b) {
  std::size_t count = 0;
  while (count < std::min(a.size(), b.size()) && a.name(count) == b.name(count)) ++count;
  return count;
}

// How far from the root both conditions ask of the same array elements.
std::size_t shared_elements(const Term& a, const Term& b) {
  std::size_t components = 0;
  for (std::size_t i = 0; i < std::min(a.within.size(), b.within.size()); ++i) {
    if (a.within[i].id != b.within[i].id) break;
    components = a.within[i].components;
  }
  return components;
}

// Any part of a path beyond `from` and before `to` that is an array in some document.
bool arrays_between(Multikey::Components components, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if ((components & Multikey::bit(i)) != 0) return true;
  }
  return false;
}

// A condition that bounds a field.
struct Bounding {
  const Term* term;
  std::size_t field;
  FieldBounds bounds;
};

int rank(const FieldBounds& bounds) {
  if (bounds.intervals.empty()) return 0;
  if (all_points(bounds.intervals)) return bounds.intervals.size() == 1 ? 1 : 2;
  if (is_everything(bounds.intervals)) return 6;
  if (bounds.intervals.size() > 1) return 5;
  return 3;
}

class Drafting {
 public:
  Drafting(const IndexEntry& index, const Conjunction& filter) : filter_(filter) {
    draft_.scan.index = &index;
    draft_.scan.generation = index.multikey().generation();
    draft_.scan.multikey =
        draft_.scan.generation != 0 || index.kind() == FieldKind::kText;  // an entry per term
    const std::size_t paths = index.kind() == FieldKind::kWildcard ? 1 : 0;
    draft_.scan.bounds.assign(index.fields().size() + paths, everything());
    draft_.left.assign(filter.conditions->size(), Left::kOfDocument);
    same_collation_ = same_collation(index.collation().get(), filter.collation);
  }

  Draft all() { return std::move(draft_); }

  Draft bounded() {
    for (std::size_t i = 0; i < index().fields().size(); ++i) bound(i);
    for (Bounding& used : used_) {
      draft_.needs_field |= !used.bounds.takes_missing;
      settle(used);
      Intervals& bounds = draft_.scan.bounds[used.field];
      bounds = is_everything(bounds) ? std::move(used.bounds.intervals)
                                     : intersection(bounds, used.bounds.intervals);
    }
    // What has no place is not in a geographic index.
    if (is_geo(index().kind()) && !asks_for_place()) draft_.bounded = false;
    count_fields();
    return std::move(draft_);
  }

 private:
  const IndexEntry& index() const { return *draft_.scan.index; }
  Multikey::Components arrays(std::size_t field) const {
    return index().multikey().components(field);
  }

  FieldFacts facts(std::size_t field) const {
    const IndexField& indexed = index().fields()[field];
    return {.collation = index().collation().get(),
            .same_collation = same_collation_,
            .hashed = indexed.kind == FieldKind::kHashed,
            .geo = is_geo(indexed.kind) ? index().geo() : nullptr,
            .kind = indexed.kind,
            .multikey = arrays(field) != 0,
            .positional = indexed.path.names_position()};
  }

  void bound(std::size_t field) {
    const FieldFacts known = facts(field);
    std::vector<Bounding> found;
    for (const Term& term : *filter_.terms) {
      if (!(term.path == index().fields()[field].path)) continue;
      if (known.positional && !term.within.empty()) continue;
      if (auto bounds = bounds_of(*term.condition, known)) {
        found.push_back({&term, field, std::move(*bounds)});
      }
    }
    if (field == 0) draft_.bounded = !found.empty();
    std::stable_sort(found.begin(), found.end(), [](const Bounding& a, const Bounding& b) {
      return rank(a.bounds) < rank(b.bounds);
    });
    for (Bounding& one : found) {
      const bool fits = std::all_of(used_.begin(), used_.end(),
                                    [&](const Bounding& other) { return go_together(one, other); });
      if (fits) used_.push_back(std::move(one));
    }
  }

  bool asks_for_place() const {
    return std::any_of(used_.begin(), used_.end(), [&](const Bounding& used) {
      return is_geo(index().fields()[used.field].kind);
    });
  }

  // Whether what satisfies both conditions has one key that lies in the bounds of both: where an
  // array may lie between, each may be satisfied by another element.
  bool go_together(const Bounding& a, const Bounding& b) const {
    const FieldPath& path = index().fields()[a.field].path;
    const FieldPath& other = index().fields()[b.field].path;
    const std::size_t common = common_components(path, other);
    const std::size_t same = shared_elements(*a.term, *b.term);
    return !arrays_between(arrays(a.field) | arrays(b.field), same, common);
  }

  void settle(const Bounding& used) {
    const bool whole_condition = used.term->within.empty();
    if (!whole_condition) return;
    Left& left = draft_.left[used.term->conjunct];
    if (used.bounds.tightness == Tightness::kExact) left = Left::kNothing;
    const bool readable = !draft_.scan.multikey && index().kind() == FieldKind::kOrdered &&
                          !has_nested_fields(index());
    if (used.bounds.tightness == Tightness::kKey && readable) left = Left::kOfKey;
  }

  void count_fields() {
    bool leading = true;
    for (const Intervals& bounds : draft_.scan.bounds) {
      const bool pinned = all_points(bounds);
      leading = leading && pinned;
      draft_.points += leading ? 1 : 0;
      draft_.limited += is_everything(bounds) ? 0 : 1;
    }
  }

  const Conjunction& filter_;
  Draft draft_;
  bool same_collation_ = true;
  std::vector<Bounding> used_;
};

Document filter_of(const Draft& draft, const Conjunction& filter, Left which) {
  std::vector<const Condition*> left;
  for (std::size_t i = 0; i < draft.left.size(); ++i) {
    if (draft.left[i] == which) left.push_back(&(*filter.conditions)[i]);
  }
  if (left.empty()) return Document();
  DocumentBuilder out;
  if (left.size() == 1) append_condition(*left.front(), out);
  if (left.size() > 1) {
    out.begin_array("$and");
    for (const Condition* condition : left) {
      out.push_document();
      append_condition(*condition, out);
      out.end();
    }
    out.end();
  }
  return out.take();
}

}  // namespace

Draft draft(const IndexEntry& index, const Conjunction& filter) {
  return Drafting(index, filter).bounded();
}

Draft whole(const IndexEntry& index, const Conjunction& filter) {
  return Drafting(index, filter).all();
}

std::shared_ptr<const match::Matcher> key_filter(const Draft& draft, const Conjunction& filter) {
  const Document asked = filter_of(draft, filter, Left::kOfKey);
  if (asked.empty()) return nullptr;
  auto matcher = match::Matcher::parse(asked);
  if (!matcher.ok()) return nullptr;
  return std::make_shared<const match::Matcher>(std::move(*matcher));
}

Document left_of_document(const Draft& draft, const Conjunction& filter) {
  return filter_of(draft, filter, Left::kOfDocument);
}

bool stands_alone(const Draft& draft, const Conjunction& filter) {
  for (std::size_t i = 0; i < draft.left.size(); ++i) {
    const Condition& condition = (*filter.conditions)[i];
    if (draft.left[i] == Left::kOfDocument &&
        (condition.path.empty() || condition.asks == Asks::kOther)) {
      return false;
    }
  }
  return true;
}

}  // namespace cairn::plan
