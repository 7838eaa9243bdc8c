#include "engine/exec/skip_limit.h"

namespace cairn::exec {
namespace {

class SkipLimit final : public RecordSource {
 public:
  SkipLimit(RecordSourcePtr input, std::int64_t skip, std::int64_t limit)
      : input_(std::move(input)), skip_(skip), left_(limit), limited_(limit > 0) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    for (; skip_ > 0; --skip_) {
      auto passed = input_->next(interrupt);
      if (!passed.ok() || *passed == nullptr) return passed;
    }
    if (limited_ && left_-- <= 0) return static_cast<const Record*>(nullptr);
    return input_->next(interrupt);
  }
  void park() override { input_->park(); }
  ExamineCounts examined() const override { return input_->examined(); }

 private:
  RecordSourcePtr input_;
  std::int64_t skip_;
  std::int64_t left_;
  bool limited_;
};

}  // namespace

RecordSourcePtr skip_limit(RecordSourcePtr input, std::int64_t skip, std::int64_t limit) {
  if (skip <= 0 && limit <= 0) return input;
  return std::make_unique<SkipLimit>(std::move(input), skip, limit);
}

}  // namespace cairn::exec
