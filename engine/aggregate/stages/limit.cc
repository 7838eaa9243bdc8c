// $limit: passes at most a number of documents.
#include "engine/aggregate/counting_stage.h"

namespace cairn::aggregate {
namespace {

class LimitSource final : public StreamOver {
 public:
  LimitSource(StreamPtr input, std::int64_t left) : StreamOver(std::move(input)), left_(left) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (left_ == 0) return std::optional<DocumentView>();
    --left_;
    return input_->next(interrupt);
  }

 private:
  std::int64_t left_;
};

Result<StagePtr> parse_limit(ValueView specification, Environment&) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t count,
                         parse_count("$limit", specification, location(5107201)));
  if (count == 0) return Status(location(15958), "the limit must be positive");
  return StagePtr(std::make_unique<CountingStage<LimitSource>>(count));
}

}  // namespace

extern const StageRow row_limit{"$limit", parse_limit};

}  // namespace cairn::aggregate
