// $skip: passes over a number of documents.
#include "engine/aggregate/counting_stage.h"

namespace cairn::aggregate {
namespace {

class SkipSource final : public StreamOver {
 public:
  SkipSource(StreamPtr input, std::int64_t left) : StreamOver(std::move(input)), left_(left) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    for (; left_ > 0; --left_) {
      auto passed = input_->next(interrupt);
      if (!passed.ok() || !passed->has_value()) return passed;
    }
    return input_->next(interrupt);
  }

 private:
  std::int64_t left_;
};

Result<StagePtr> parse_skip(ValueView specification, Environment&) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t count,
                         parse_count("$skip", specification, location(5107200)));
  return StagePtr(std::make_unique<CountingStage<SkipSource>>(count));
}

}  // namespace

extern const StageRow row_skip{"$skip", parse_skip};

}  // namespace cairn::aggregate
