// CountingStage: a stage that is a number, and opens a Source over its input with it ($limit,
// $skip).
#pragma once

#include "engine/aggregate/stage.h"

#include <cstdint>
#include <memory>
#include <utility>

namespace cairn::aggregate {

template <typename Source>
class CountingStage final : public Stage {
 public:
  explicit CountingStage(std::int64_t count) : count_(count) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Source>(std::move(input), count_));
  }

 private:
  std::int64_t count_;
};

}  // namespace cairn::aggregate
