#include "engine/exec/filter.h"

namespace cairn::exec {
namespace {

class Filter final : public RecordSource {
 public:
  Filter(RecordSourcePtr input, const match::Matcher& matcher)
      : input_(std::move(input)), matcher_(matcher) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      auto record = input_->next(interrupt);
      if (!record.ok() || *record == nullptr) return record;
      CAIRN_ASSIGN_OR_RETURN(const bool matched,
                             matcher_.matches((*record)->document, found_by_text(**record)));
      if (matched) return record;
    }
  }
  void park() override { input_->park(); }
  ExamineCounts examined() const override { return input_->examined(); }

 private:
  RecordSourcePtr input_;
  const match::Matcher& matcher_;
};

}  // namespace

RecordSourcePtr filter(RecordSourcePtr input, const match::Matcher& matcher) {
  return std::make_unique<Filter>(std::move(input), matcher);
}

}  // namespace cairn::exec
