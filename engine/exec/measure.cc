#include "engine/exec/measure.h"

#include <chrono>

namespace cairn::exec {
namespace {

class Measured final : public RecordSource {
 public:
  Measured(RecordSourcePtr input, Measure& measure) : input_(std::move(input)), measure_(measure) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    const auto began = std::chrono::steady_clock::now();
    auto record = input_->next(interrupt);
    measure_.nanoseconds += std::chrono::duration_cast<std::chrono::nanoseconds>(
                                std::chrono::steady_clock::now() - began)
                                .count();
    measure_.examined = input_->examined();
    if (!record.ok()) return record;
    measure_.ended = *record == nullptr;
    if (!measure_.ended) ++measure_.returned;
    return record;
  }
  void park() override { input_->park(); }
  ExamineCounts examined() const override { return input_->examined(); }

 private:
  RecordSourcePtr input_;
  Measure& measure_;
};

}  // namespace

RecordSourcePtr measured(RecordSourcePtr input, Measure& measure) {
  measure.there = true;
  return std::make_unique<Measured>(std::move(input), measure);
}

}  // namespace cairn::exec
