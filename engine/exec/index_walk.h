// IndexWalk: steps through the entries of an index that lie in a scan's bounds, can let go of
// storage and later go on from where it was.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/key_ranges.h"
#include "engine/exec/measure.h"
#include "engine/exec/read_view.h"
#include "engine/plan/plan.h"
#include "engine/records/index_row.h"

#include <cairn/operation.h>

#include <string>
#include <string_view>

namespace cairn::exec {

// Where a parked walk goes on: behind the entry that it stood on, or at it.
enum class GoOn : bool { kBehindEntry, kAtEntry };

class IndexWalk {
 public:
  // `scan` and `measure` outlive the walk.
  IndexWalk(ReadViewPtr view, CollectionRef collection, const plan::IndexScan& scan,
            ScanMeasure& measure);
  IndexWalk(const IndexWalk&) = delete;
  IndexWalk& operator=(const IndexWalk&) = delete;

  // To the next entry in bounds (at first: to the first); false at the end. Error, besides
  // storage's: QueryPlanKilled when the collection or the index was dropped while parked.
  Result<bool> advance(const Interrupt* interrupt);
  // The next `advance` passes over all entries that begin with the same `fields` values.
  // REQUIRES: the last advance was true.
  void leave_values(std::size_t fields);
  // Nothing where it is parked already.
  void park(GoOn go_on = GoOn::kBehindEntry);

  // Of the present entry; live until the next call. REQUIRES: the last advance was true.
  std::string_view components() const { return row_.components; }
  std::string_view type_bits() const { return row_.type_bits; }
  // Appends the key of the document in `doc`.
  void append_record_key(std::string& out) const { row_.append_record_key(*collection_, out); }

  const plan::IndexScan& scan() const { return scan_; }
  std::span<const key::Direction> directions() const { return directions_; }
  ScanMeasure& measure() { return measure_; }

 private:
  enum class State : std::uint8_t { kNew, kOn, kParked, kEnded };
  static constexpr std::uint32_t kStepsPerCheck = 256;

  Status resume();
  Result<bool> settle();
  Result<bool> find();
  bool in_span();
  bool end();

  ReadViewPtr view_;
  CollectionRef collection_;
  const plan::IndexScan& scan_;
  ScanMeasure& measure_;
  KeyRanges ranges_;
  std::vector<key::Direction> directions_;
  KeyCursor cursor_;
  records::IndexRow row_;  // where the cursor is
  std::size_t span_ = 0;
  std::string target_;
  bool leaves_ = false;  // the next step is a seek to `target_`
  std::string parked_at_;
  GoOn go_on_ = GoOn::kBehindEntry;
  State state_ = State::kNew;
  std::uint32_t steps_ = 0;
};

}  // namespace cairn::exec
