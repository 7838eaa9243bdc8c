// $match: passes the documents that a filter matches.
#include "engine/aggregate/stage.h"
#include "engine/match/matcher.h"

namespace cairn::aggregate {
namespace {

class MatchSource final : public CursorSource {
 public:
  MatchSource(std::unique_ptr<CursorSource> input, const match::Matcher& matcher)
      : input_(std::move(input)), matcher_(matcher) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      auto document = input_->next(interrupt);
      if (!document.ok() || !document->has_value() || matcher_.matches(**document)) return document;
    }
  }
  void park() override { input_->park(); }

 private:
  std::unique_ptr<CursorSource> input_;
  const match::Matcher& matcher_;
};

class Match final : public Stage {
 public:
  explicit Match(match::Matcher matcher) : matcher_(std::move(matcher)) {}
  Result<std::unique_ptr<CursorSource>> open(std::unique_ptr<CursorSource> input) override {
    return std::unique_ptr<CursorSource>(std::make_unique<MatchSource>(std::move(input), matcher_));
  }

 private:
  match::Matcher matcher_;
};

Result<StagePtr> parse_match(ValueView specification, const PipelineOptions& options) {
  if (!specification.is_document()) {
    return Status(location(15959), "the match filter must be an expression in an object");
  }
  CAIRN_ASSIGN_OR_RETURN(
      match::Matcher matcher,
      match::Matcher::parse(specification.as_document(),
                            {.let = options.let, .collation = options.collation}));
  return StagePtr(std::make_unique<Match>(std::move(matcher)));
}

}  // namespace

extern const StageRow row_match{"$match", parse_match};

}  // namespace cairn::aggregate
