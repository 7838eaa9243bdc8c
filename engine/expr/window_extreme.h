// WindowExtreme: the least or greatest value of a window, by a queue of the values that may still
// become it: each is beaten by none that came after it (Lemire, "Streaming maximum-minimum filter",
// 2006).
#pragma once

#include <deque>
#include <string>

#include "engine/bson/collation.h"
#include "engine/expr/held_value.h"
#include "engine/expr/one_value_state.h"
#include "engine/expr/removable.h"

namespace cairn::expr {

enum class Extreme : bool { kLeast, kGreatest };

class WindowExtreme final : public Removable {
 public:
  WindowExtreme(Extreme extreme, const Collation* collation)
      : extreme_(extreme), collation_(collation) {}
  Status add(ValueView value) override {
    const std::uint64_t arrival = arrived_++;
    if (!value.has_value()) return Status();
    while (!queue_.empty() && beats(value, saved_value(queue_.back().value))) {
      bytes_ -= size_of(queue_.back());
      queue_.pop_back();
    }
    Candidate& fresh = queue_.emplace_back();
    fresh.arrival = arrival;
    save_value(value, fresh.value);
    bytes_ += size_of(fresh);
    return Status();
  }
  Status remove(ValueView) override {
    if (!queue_.empty() && queue_.front().arrival == removed_) {
      bytes_ -= size_of(queue_.front());
      queue_.pop_front();
    }
    ++removed_;
    return Status();
  }
  bool wants_removed() const override { return false; }
  Result<ValueView> result(Evaluation&) override {
    return queue_.empty() ? Evaluation::null() : saved_value(queue_.front().value);
  }
  std::size_t bytes() const override { return bytes_; }

 private:
  struct Candidate {
    std::uint64_t arrival = 0;
    std::string value;
  };
  static std::size_t size_of(const Candidate& candidate) {
    return sizeof candidate + candidate.value.size();
  }
  bool beats(ValueView later, ValueView earlier) const {
    const auto order = compare_fast(later, earlier, collation_);
    return extreme_ == Extreme::kLeast ? order < 0 : order > 0;
  }

  Extreme extreme_;
  const Collation* collation_;
  std::deque<Candidate> queue_;
  std::uint64_t arrived_ = 0;
  std::uint64_t removed_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace cairn::expr
