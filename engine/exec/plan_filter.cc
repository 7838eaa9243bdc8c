#include "engine/exec/plan_filter.h"

namespace cairn::exec {
namespace {

class PlanFilter final : public RecordSource {
 public:
  PlanFilter(RecordSourcePtr input, const plan::Plan& plan, const match::Matcher& matcher,
             ReadViewPtr view)
      : input_(std::move(input)),
        exact_(plan.exact),
        residual_(plan.residual),
        matcher_(matcher),
        view_(std::move(view)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      auto record = input_->next(interrupt);
      if (!record.ok() || *record == nullptr) return record;
      if (exact_ && !view_->suspect) return record;
      const bool whole = view_->suspect || residual_ == nullptr;
      const match::Matcher& asked = whole ? matcher_ : *residual_;
      CAIRN_ASSIGN_OR_RETURN(const bool matched,
                             asked.matches((*record)->document, found_by_text(**record)));
      if (matched) return record;
    }
  }
  void park() override { input_->park(); }
  ExamineCounts examined() const override { return input_->examined(); }

 private:
  RecordSourcePtr input_;
  bool exact_;
  std::shared_ptr<const match::Matcher> residual_;  // the plan has it too
  const match::Matcher& matcher_;
  ReadViewPtr view_;
};

}  // namespace

RecordSourcePtr plan_filter(RecordSourcePtr input, const plan::Plan& plan,
                            const match::Matcher& matcher, ReadViewPtr view) {
  return std::make_unique<PlanFilter>(std::move(input), plan, matcher, std::move(view));
}

}  // namespace cairn::exec
