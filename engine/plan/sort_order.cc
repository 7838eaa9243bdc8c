#include "engine/plan/sort_order.h"

#include "engine/plan/draft.h"

#include <algorithm>
#include <vector>

namespace cairn::plan {
namespace {

// One part of the key, in its order.
struct Column {
  const FieldPath* path = nullptr;
  const Intervals* bounds = nullptr;
  bool ascending = true;
  bool ordered = true;              // by values
  Multikey::Components arrays = 0;  // along the path
};

Column column_of(const IndexScan& scan, std::size_t field, std::size_t bounds) {
  const IndexField& indexed = scan.index->fields()[field];
  return {.path = &indexed.path,
          .bounds = &scan.bounds[bounds],
          .ascending = indexed.direction == key::Direction::kAscending,
          .ordered = indexed.kind == FieldKind::kOrdered,
          .arrays = scan.index->multikey().components(field)};
}

// A wildcard index stands for an index on the one path that the scan keeps to; the fields beside it
// are no arrays. What of the path is an array may be kept in pieces and elsewhere.
std::vector<Column> wildcard_columns(const IndexScan& scan, const FieldPath& path) {
  const IndexEntry& index = *scan.index;
  const std::size_t wildcard = *index.wildcard_field();
  const Intervals& paths = scan.bounds[wildcard];
  const bool one = !scan.wildcard_path.empty() && paths.size() == 1 && paths.front().is_point();
  if (!one || index.multikey().wildcard(scan.wildcard_path) != 0) return {};
  std::vector<Column> columns;
  for (std::size_t i = 0; i < index.fields().size(); ++i) {
    columns.push_back(column_of(scan, i, i < wildcard ? i : i + 1));
    if (i != wildcard) continue;
    columns.back().path = &path;
    columns.back().ordered = true;
  }
  return columns;
}

std::vector<Column> columns_of(const IndexScan& scan, const FieldPath& path) {
  if (scan.index->kind() == FieldKind::kWildcard) return wildcard_columns(scan, path);
  std::vector<Column> columns;
  for (std::size_t i = 0; i < scan.index->fields().size(); ++i) {
    columns.push_back(column_of(scan, i, i));
  }
  return columns;
}

class Comparing {
 public:
  explicit Comparing(const IndexScan& scan)
      : wildcard_path_(scan.wildcard_path), columns_(columns_of(scan, wildcard_path_)) {}
  Comparing(const Comparing&) = delete;

  std::optional<Direction> direction(const SortPattern& sort) const {
    std::size_t at = 0;
    std::optional<bool> backward;
    for (std::size_t i = 0; i < sort.size(); ++i) {
      const FieldPath& path = sort.paths()[i];
      if (is_constant(path)) continue;
      while (at < columns_.size() && !(*columns_[at].path == path) && is_single(columns_[at])) ++at;
      if (at == columns_.size() || !orders_by(at, path)) return std::nullopt;
      const bool against =
          columns_[at].ascending != (sort.directions()[i] == SortDirection::kAscending);
      if (backward.value_or(against) != against) return std::nullopt;
      backward = against;
      ++at;
    }
    return backward.value_or(false) ? Direction::kBackward : Direction::kForward;
  }

 private:
  static bool is_single(const Column& column) {
    return column.bounds->size() == 1 && column.bounds->front().is_point();
  }

  // The sort cannot tell the records apart by this field.
  bool is_constant(const FieldPath& path) const {
    return std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) {
      return *column.path == path && is_single(column) && column.arrays == 0 && column.ordered;
    });
  }

  // A document with an array sorts by its first key among all of them, so that none may be left
  // out: neither by bounds of the field nor by those of another that shares the array.
  bool orders_by(std::size_t at, const FieldPath& path) const {
    const Column& column = columns_[at];
    if (!(*column.path == path) || !column.ordered) return false;
    if (column.arrays == 0) return true;
    if (!is_everything(*column.bounds)) return false;
    return std::none_of(columns_.begin(), columns_.end(), [&](const Column& other) {
      return &other != &column && !is_everything(*other.bounds) && shares_array(column, other);
    });
  }

  static bool shares_array(const Column& column, const Column& other) {
    for (std::size_t c = 0; c < std::min(column.path->size(), other.path->size()); ++c) {
      if (column.path->name(c) != other.path->name(c)) return false;
      if ((column.arrays & Multikey::bit(c)) != 0) return true;
    }
    return false;
  }

  FieldPath wildcard_path_;
  std::vector<Column> columns_;  // borrow it
};

}  // namespace

std::optional<Direction> sorting_direction(const IndexScan& scan, const SortPattern& sort,
                                           const Collation* collation) {
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
