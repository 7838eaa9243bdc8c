#include "engine/plan/sort_order.h"

#include "engine/plan/draft.h"

#include <algorithm>

namespace cairn::plan {
namespace {

class Comparing {
 public:
  explicit Comparing(const IndexScan& scan) : scan_(scan), fields_(scan.index->fields()) {}

  std::optional<Direction> direction(const SortPattern& sort) const {
    std::size_t at = 0;
    std::optional<bool> backward;
    for (std::size_t i = 0; i < sort.size(); ++i) {
      const FieldPath& path = sort.paths()[i];
      if (is_constant(path)) continue;
      while (at < fields_.size() && !(fields_[at].path == path) && is_single(at)) ++at;
      if (at == fields_.size() || !orders_by(at, path)) return std::nullopt;
      const bool up = fields_[at].direction == key::Direction::kAscending;
      const bool against = up != (sort.directions()[i] == SortDirection::kAscending);
      if (backward.value_or(against) != against) return std::nullopt;
      backward = against;
      ++at;
    }
    return backward.value_or(false) ? Direction::kBackward : Direction::kForward;
  }

 private:
  bool is_single(std::size_t field) const {
    const Intervals& bounds = scan_.bounds[field];
    return bounds.size() == 1 && bounds.front().is_point();
  }

  // The sort cannot tell the records apart by this field.
  bool is_constant(const FieldPath& path) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].path == path && is_fixed(scan_, i)) return true;
    }
    return false;
  }

  // A document with an array sorts by its first key among all of them, so that none may be left
  // out: neither by bounds of the field nor by those of another that shares the array.
  bool orders_by(std::size_t field, const FieldPath& path) const {
    if (!(fields_[field].path == path) || fields_[field].kind != FieldKind::kOrdered) return false;
    const Multikey::Components arrays = scan_.index->multikey().components(field);
    if (arrays == 0) return true;
    if (!is_everything(scan_.bounds[field])) return false;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (i == field || is_everything(scan_.bounds[i])) continue;
      const FieldPath& other = fields_[i].path;
      for (std::size_t c = 0; c < std::min(path.size(), other.size()); ++c) {
        if (path.name(c) != other.name(c)) break;
        if ((arrays & Multikey::bit(c)) != 0) return false;
      }
    }
    return true;
  }

  const IndexScan& scan_;
  const std::vector<IndexField>& fields_;
};

}  // namespace

std::optional<Direction> sorting_direction(const IndexScan& scan, const SortPattern& sort,
                                           const Collation* collation) {
  if (scan.index->kind() == FieldKind::kWildcard) return std::nullopt;
  if (!same_collation(scan.index->collation().get(), collation)) return std::nullopt;
  return Comparing(scan).direction(sort);
}

bool is_random_sort(ValueView direction) {
  if (!direction.is_document() || direction.as_document().count() != 1) return false;
  const ValueView keyword = direction.as_document()["$meta"];
  return keyword.is_string() && keyword.as_string() == "randVal";
}

bool is_random_sort(DocumentView sort) {
  for (const Element& field : sort) {
    if (is_random_sort(field.value)) return true;
  }
  return false;
}

}  // namespace cairn::plan
