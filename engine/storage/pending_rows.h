// PendingRows: the rows of a transaction that is not committed yet, in the order of their keys, so
// that its reads find them as if they were in the store (`Reader::with`).
//
// Borrows all bytes: they live in the transaction's WriteUnit. Later writes of a key win. A walk
// stays valid while rows are added. Thread-safety: belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string_view>

#include "engine/storage/family.h"
#include "engine/storage/keys.h"

namespace cairn {

struct PendingRow {
  std::string_view value;
  bool removed = false;
};

class PendingRows {
 public:
  using Rows = std::map<std::string_view, PendingRow>;

  void set(Family family, std::string_view key, PendingRow row) {
    rows_[static_cast<std::size_t>(family)].insert_or_assign(key, row);
  }
  // What was last done to the key, or nullptr.
  const PendingRow* find(Family family, std::string_view key) const {
    const Rows& rows = of(family);
    const auto at = rows.find(key);
    return at == rows.end() ? nullptr : &at->second;
  }
  const Rows& of(Family family) const { return rows_[static_cast<std::size_t>(family)]; }
  bool empty() const;
  std::size_t size() const;

 private:
  std::array<Rows, kFamilies> rows_;
};

// A position among the pending rows of a range; those that are removed are stopped at, too.
class PendingWalk {
 public:
  // REQUIRES: `rows` and the bounds outlive the walk. No upper bound: to the end.
  PendingWalk(const PendingRows::Rows& rows, KeyRange range) : rows_(&rows), range_(range) {}

  // To the first row >= `key`, or the last one <= `key`, within the range.
  void seek_forward(std::string_view key);
  void seek_backward(std::string_view key);
  void seek_last();
  // REQUIRES: valid().
  void next();
  void previous();

  bool valid() const { return valid_; }
  std::string_view key() const { return at_->first; }
  const PendingRow& row() const { return at_->second; }

 private:
  // Before `at_`, where that is in the range.
  void settle_before();
  void settle();

  const PendingRows::Rows* rows_;
  KeyRange range_;
  PendingRows::Rows::const_iterator at_{};
  bool valid_ = false;
};

}  // namespace cairn
