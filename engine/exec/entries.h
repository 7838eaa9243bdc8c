// Entries: the index entries that a plan's scans find, one after the other: of one scan, of several
// in a row, or of several merged in the order of a sort.
#pragma once

#include "engine/bson/sort_pattern.h"
#include "engine/exec/index_walk.h"

#include <memory>

namespace cairn::exec {

class Entries {
 public:
  virtual ~Entries() = default;
  // The walk whose present entry is the next one, or nullptr at the end.
  virtual Result<IndexWalk*> next(const Interrupt* interrupt) = 0;
  virtual void park() = 0;
};

struct EntriesRequest {
  ReadViewPtr view;
  CollectionRef collection;
  const std::vector<plan::IndexScan>* scans = nullptr;  // outlive the entries
  std::vector<ScanMeasure>* measures = nullptr;         // of the same size; outlive them
  const SortPattern* merge_by = nullptr;                // null: in a row
};
std::unique_ptr<Entries> open_entries(const EntriesRequest& request);

}  // namespace cairn::exec
