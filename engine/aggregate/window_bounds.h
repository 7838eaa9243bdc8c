// Window bounds: which documents of a partition are in the window of one. Both ends only ever move
// forward. Source: MongoDB's manual, "$setWindowFields", "window".
#pragma once

#include <optional>

#include "engine/aggregate/partition.h"
#include "engine/aggregate/time_step.h"
#include "engine/bson/sort_pattern.h"

namespace cairn::aggregate {

struct WindowBounds {
  enum class Kind : std::uint8_t { kDocuments, kRange };
  Kind kind = Kind::kDocuments;
  // Documents away, or values away; missing: unbounded. "current" is 0, and in a range the document
  // itself, not its peers.
  Value lower;
  Value upper;
  bool lower_is_current = false;
  bool upper_is_current = false;
  std::optional<StepUnit> unit;  // the order is of dates, the ends are so many of these away

  bool from_the_start() const { return lower.missing(); }
};

// {documents: [a, b]} or {range: [a, b], unit: u}; {} is everything. Errors: FailedToParse, 5339900
// to 5339902, 8947401.
Result<WindowBounds> parse_window_bounds(DocumentView window, const SortPattern* order);

// Walks along a partition.
class WindowCursor {
 public:
  explicit WindowCursor(const WindowBounds& bounds) : bounds_(bounds) {}
  // To document `i`'s window. REQUIRES: rising `i` of one partition. Errors: 5429413, 5429414,
  // 5429513.
  Status move(Partition& partition, std::size_t i);
  // [begin, end) of documents; begin <= end.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }

 private:
  void move_by_documents(std::size_t size, std::size_t i);
  Status move_by_range(Partition& partition, std::size_t i);
  Result<Value> shifted(ValueView value, const Value& by) const;
  static Result<std::size_t> first_from(Partition& partition, std::size_t at, ValueView value);
  static Result<std::size_t> first_above(Partition& partition, std::size_t at, ValueView value);

  const WindowBounds& bounds_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace cairn::aggregate
