// ReadFigures: what the plans read that ran for a stage of their own, such as `$lookup`; what
// `explain` tells of it.
#pragma once

#include "engine/exec/plan_indexes.h"
#include "engine/exec/record_source.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace cairn::aggregate {

class ReadFigures {
 public:
  // What the stage's pipelines read is also read for the stage around it; null: there is none.
  explicit ReadFigures(ReadFigures* outer) : outer_(outer) {}

  // A plan that is about to run.
  void add_plan(const CollectionEntry& collection, const plan::Plan& plan) {
    if (plan.access == plan::Access::kCollectionScan) ++collection_scans_;
    exec::visit_indexes(collection, plan,
                        [&](const IndexEntry& index) { indexes_.emplace(index.name()); });
    if (outer_ != nullptr) outer_->add_plan(collection, plan);
  }
  // Documents that were found by their `_id`s without a plan.
  void add_lookup(const CollectionEntry& collection, const exec::ExamineCounts& counts) {
    plan::Plan lookup;
    lookup.access = plan::Access::kIdLookup;
    add_plan(collection, lookup);
    add_examined(counts);
  }
  void add_examined(const exec::ExamineCounts& counts) {
    examined_.keys += counts.keys;
    examined_.documents += counts.documents;
    if (outer_ != nullptr) outer_->add_examined(counts);
  }

  void append_to(DocumentBuilder& out) const {
    out.append("totalDocsExamined", examined_.documents);
    out.append("totalKeysExamined", examined_.keys);
    out.append("collectionScans", collection_scans_);
    out.begin_array("indexesUsed");
    for (const std::string& name : indexes_) out.push(name);
    out.end();
  }

 private:
  exec::ExamineCounts examined_;
  std::int64_t collection_scans_ = 0;
  std::set<std::string, std::less<>> indexes_;
  ReadFigures* outer_;
};

}  // namespace cairn::aggregate
