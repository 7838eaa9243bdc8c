// The indexes that a plan walks.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/plan/near_scan.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_scan.h"

namespace cairn::exec {

// Tells `see` of each, the `_id` index where the plan looks documents up by that. The scans of a
// union that walk one index follow each other, and are told once.
template <typename See>
void visit_indexes(const CollectionEntry& collection, const plan::Plan& plan, See see) {
  const bool by_id =
      plan.access == plan::Access::kIdLookup || plan.access == plan::Access::kIdRange;
  if (by_id && collection.id_index() != nullptr) see(collection.index_entries().front());
  if (plan.text != nullptr) see(*plan.text->index);
  if (plan.near != nullptr) see(*plan.near->scan.index);
  const IndexEntry* last = nullptr;
  for (const plan::IndexScan& scan : plan.scans) {
    if (scan.index != last) see(*scan.index);
    last = scan.index;
  }
}

}  // namespace cairn::exec
