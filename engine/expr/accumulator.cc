#include "engine/expr/accumulator.h"

#include <fmt/format.h>

#include "engine/expr/window_values.h"

namespace cairn::expr {

// Expressions of the same names have rows too.
namespace accumulators {
#define CAIRN_ROW(entry) extern const AccumulatorRow row_##entry;
#include "engine/expr/accumulators/table.inc"
#undef CAIRN_ROW
}  // namespace accumulators

Result<const AccumulatorRow*> find_accumulator(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == accumulators::row_##entry.name) return &accumulators::row_##entry;
#include "engine/expr/accumulators/table.inc"
#undef CAIRN_ROW
  return Status(location(15952), fmt::format("unknown group operator '{}'", name));
}

namespace {

// Runs an accumulator over all values of the window for each result.
class Recomputed final : public WindowValues {
 public:
  Recomputed(const Accumulator& accumulator, Evaluation& parameters)
      : accumulator_(accumulator),
        parameters_(parameters),
        memory_(new char[accumulator.state_bytes() + kStateAlignment]) {
    void* at = memory_.get();
    std::size_t space = accumulator.state_bytes() + kStateAlignment;
    state_ = std::align(kStateAlignment, accumulator.state_bytes(), at, space);
  }
  Result<ValueView> result(Evaluation& evaluation) override {
    accumulator_.construct(state_);
    auto value = compute(evaluation);
    if (value.ok()) value = evaluation.copy(*value);
    accumulator_.destroy(state_);
    return value;
  }

 private:
  Result<ValueView> compute(Evaluation& evaluation) {
    CAIRN_RETURN_IF_ERROR(accumulator_.start(state_, parameters_));
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      CAIRN_RETURN_IF_ERROR(accumulator_.add(state_, at(i), bytes));
    }
    return accumulator_.result(state_, evaluation);
  }

  const Accumulator& accumulator_;
  Evaluation& parameters_;
  std::unique_ptr<char[]> memory_;
  void* state_ = nullptr;
};

}  // namespace

Result<RemovablePtr> Accumulator::removable(Evaluation& parameters) const {
  return RemovablePtr(std::make_unique<Recomputed>(*this, parameters));
}

Status check_state_bytes(std::string_view name, std::size_t bytes) {
  if (bytes <= kMaxStageMemoryBytes) return Status();
  return {ErrorCode::kExceededMemoryLimit,
          fmt::format("{} used too much memory and cannot spill to disk. Used: {} bytes. Memory "
                      "limit: {} bytes",
                      name, bytes, kMaxStageMemoryBytes)};
}

}  // namespace cairn::expr
