#include "engine/storage/pending_rows.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace cairn {

bool PendingRows::empty() const {
  return std::all_of(rows_.begin(), rows_.end(), [](const Rows& rows) { return rows.empty(); });
}

std::size_t PendingRows::size() const {
  return std::accumulate(rows_.begin(), rows_.end(), std::size_t{0},
                         [](std::size_t sum, const Rows& rows) { return sum + rows.size(); });
}

void PendingWalk::settle() {
  valid_ = at_ != rows_->end() && at_->first >= range_.lower &&
           (range_.upper.empty() || at_->first < range_.upper);
}

void PendingWalk::settle_before() {
  if (at_ == rows_->begin()) {
    valid_ = false;
    return;
  }
  --at_;
  settle();
}

void PendingWalk::seek_forward(std::string_view key) {
  at_ = rows_->lower_bound(std::max(key, range_.lower));
  settle();
}

void PendingWalk::seek_backward(std::string_view key) {
  if (!range_.upper.empty() && key >= range_.upper) return seek_last();
  at_ = rows_->upper_bound(key);
  settle_before();
}

void PendingWalk::seek_last() {
  at_ = range_.upper.empty() ? rows_->end() : rows_->lower_bound(range_.upper);
  settle_before();
}

void PendingWalk::next() {
  ++at_;
  settle();
}

void PendingWalk::previous() { settle_before(); }

}  // namespace cairn
