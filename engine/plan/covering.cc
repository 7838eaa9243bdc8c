#include "engine/plan/covering.h"

#include <algorithm>
#include <string_view>

namespace cairn::plan {
namespace {

bool is_within(const FieldPath& inner, const FieldPath& outer) {
  const std::string_view path = inner.text();
  const std::string_view above = outer.text();
  return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '.';
}

// Every value has an entry, and all documents are wanted: so one document of each entry's has,
// among them, all values that there are.
bool steps_over_elements(const Request& request, const IndexScan& scan) {
  if (!request.distinct_elements || request.pick != Pick::kAll ||
      !request.matcher->matches_everything())
    return false;
  const IndexEntry& index = *scan.index;
  const IndexField& first = index.fields().front();
  return index.kind() == FieldKind::kOrdered && first.kind == FieldKind::kOrdered &&
         first.path == *request.distinct && !first.path.names_position() &&
         index.filter() == nullptr &&
         (index.collation() == nullptr ||
          same_collation(index.collation().get(), request.matcher->collation().get()));
}

// Whether the records of each value follow each other in the index in the sort's order, so that the
// first of them can be read and the others passed over. Missing values are null, in the index as in
// a group.
bool picks_from(const Request& request, const Plan& plan) {
  if (request.pick == Pick::kAll || !plan.exact || !plan.sorted) return false;
  if (plan.access != Access::kIndexScan) return false;
  const IndexScan& scan = plan.scans.front();
  const IndexEntry& index = *scan.index;
  return !scan.multikey && !scan.has_range && index.kind() == FieldKind::kOrdered &&
         index.fields().front().path == *request.distinct && !request.distinct->names_position() &&
         index.collation() == nullptr && request.matcher->collation() == nullptr;
}

void pick(const Request& request, Plan& plan) {
  plan.picks = true;
  plan.distinct_fields = 1;
  IndexScan& scan = plan.scans.front();
  if (request.pick == Pick::kLast) {
    const bool forward = scan.direction == Direction::kForward;
    scan.direction = forward ? Direction::kBackward : Direction::kForward;
  }
  plan.direction = scan.direction;
  const bool covered = request.needs == Needs::kFields && has_fields(scan, *request.fields);
  if (covered) plan.reads = Needs::kFields;
}

}  // namespace

bool has_nested_fields(const IndexEntry& index) {
  return std::any_of(index.fields().begin(), index.fields().end(), [&](const IndexField& inner) {
    return std::any_of(index.fields().begin(), index.fields().end(),
                       [&](const IndexField& outer) { return is_within(inner.path, outer.path); });
  });
}

bool has_fields(const IndexScan& scan, const std::vector<FieldPath>& fields) {
  const IndexEntry& index = *scan.index;
  if (scan.multikey || index.collation() != nullptr || index.kind() != FieldKind::kOrdered) {
    return false;
  }
  if (has_nested_fields(index)) return false;
  return std::all_of(fields.begin(), fields.end(), [&](const FieldPath& path) {
    return !path.names_position() &&
           std::any_of(index.fields().begin(), index.fields().end(),
                       [&](const IndexField& field) { return field.path == path; });
  });
}

void cover(const Request& request, Plan& plan) {
  plan.reads = Needs::kDocument;
  plan.with_keys = request.with_keys;
  if (picks_from(request, plan)) return pick(request, plan);
  if (!plan.exact || request.needs == Needs::kDocument) return;
  const bool walks_indexes =
      plan.access == Access::kIndexScan || plan.access == Access::kIndexUnion;
  if (!walks_indexes) return;
  if (request.needs == Needs::kNothing) {
    plan.reads = Needs::kNothing;
    return;
  }
  if (plan.access != Access::kIndexScan || plan.scans.front().has_range) return;
  std::vector<FieldPath> fields = *request.fields;
  if (!plan.sorted) {
    for (const Element& field : request.sort) fields.emplace_back(field.name);
  }
  if (!has_fields(plan.scans.front(), fields)) {
    if (steps_over_elements(request, plan.scans.front())) plan.distinct_fields = 1;
    return;
  }
  plan.reads = Needs::kFields;
  if (request.distinct == nullptr || request.pick != Pick::kAll) return;
  const std::vector<IndexField>& indexed = plan.scans.front().index->fields();
  const auto field = std::find_if(indexed.begin(), indexed.end(), [&](const IndexField& one) {
    return one.path == *request.distinct;
  });
  plan.distinct_fields = static_cast<std::size_t>(field - indexed.begin()) + 1;
}

}  // namespace cairn::plan
