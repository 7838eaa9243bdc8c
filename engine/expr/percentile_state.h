// PercentileState: what `$percentile` and `$median` share.
#pragma once

#include "engine/expr/accumulator.h"
#include "engine/expr/percentile_arguments.h"
#include "engine/expr/quantiles.h"

namespace cairn::expr {

class PercentileState : public AccumulatorOf<Quantiles> {
 public:
  PercentileState(std::string_view name, PercentileArguments arguments)
      : AccumulatorOf(std::move(arguments.input)),
        name_(name),
        shares_(std::move(arguments.shares)) {}
  Status add(void* state, ValueView value, std::size_t& bytes) const override {
    if (!value.is_number()) return Status();
    Quantiles& numbers = of(state);
    const std::size_t before = numbers.bytes();
    numbers.add(value.to_double());
    bytes += numbers.bytes() - before;
    return Status();
  }
  void save(const void* state, std::string& out) const override { of(state).save(out); }
  Status merge(void* state, std::string_view saved, std::size_t& bytes) const override {
    Quantiles& numbers = of(state);
    const std::size_t before = numbers.bytes();
    numbers.merge(saved);
    bytes += numbers.bytes() - before;
    return check_state_bytes(name_, numbers.bytes());
  }

 protected:
  const std::vector<double>& shares() const { return shares_; }

 private:
  std::string_view name_;
  std::vector<double> shares_;
};

}  // namespace cairn::expr
