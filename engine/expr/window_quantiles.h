// WindowQuantiles: the numbers of a window in order, found by rank.
#pragma once

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include <cmath>
#include <utility>
#include <vector>

#include "engine/expr/removable.h"
#include "engine/expr/value_list.h"

namespace cairn::expr {

class WindowQuantiles final : public Removable {
 public:
  enum class Form : bool { kOne, kArray };
  // `shares` outlives this.
  WindowQuantiles(const std::vector<double>& shares, Form form) : shares_(shares), form_(form) {}
  Status add(ValueView value) override {
    const std::uint64_t arrival = arrived_++;
    if (counts(value)) numbers_.insert({value.to_double(), arrival});
    return Status();
  }
  Status remove(ValueView value) override {
    const std::uint64_t arrival = removed_++;
    if (counts(value)) numbers_.erase({value.to_double(), arrival});
    return Status();
  }
  Result<ValueView> result(Evaluation& evaluation) override {
    if (form_ == Form::kOne) return at(shares_[0], evaluation);
    ValueList list;
    for (const double share : shares_) list.push(at(share, evaluation));
    return list.array(evaluation);
  }
  std::size_t bytes() const override { return numbers_.size() * 64; }

 private:
  using Number = std::pair<double, std::uint64_t>;
  using Tree = __gnu_pbds::tree<Number, __gnu_pbds::null_type, std::less<>, __gnu_pbds::rb_tree_tag,
                                __gnu_pbds::tree_order_statistics_node_update>;

  static bool counts(ValueView value) { return value.is_number() && !value.is_nan(); }
  ValueView at(double share, Evaluation& evaluation) const {
    if (numbers_.empty()) return Evaluation::null();
    const double rank = std::ceil(share * static_cast<double>(numbers_.size())) - 1;
    return evaluation.number(
        numbers_.find_by_order(static_cast<std::size_t>(std::fmax(0, rank)))->first);
  }

  const std::vector<double>& shares_;
  Form form_;
  Tree numbers_;
  std::uint64_t arrived_ = 0;
  std::uint64_t removed_ = 0;
};

}  // namespace cairn::expr
