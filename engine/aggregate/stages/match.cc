// $match: passes the documents that a filter matches.
#include "engine/aggregate/stage.h"
#include "engine/match/matcher.h"

namespace cairn::aggregate {
namespace {

class MatchSource final : public StreamOver {
 public:
  MatchSource(StreamPtr input, const match::Matcher& matcher)
      : StreamOver(std::move(input)), matcher_(matcher) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      auto document = input_->next(interrupt);
      if (!document.ok() || !document->has_value()) return document;
      CAIRN_ASSIGN_OR_RETURN(const bool matched, matcher_.matches(**document));
      if (matched) return document;
    }
  }

 private:
  const match::Matcher& matcher_;
};

class Match final : public Stage {
 public:
  explicit Match(match::Matcher matcher) : matcher_(std::move(matcher)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<MatchSource>(std::move(input), matcher_));
  }

 private:
  match::Matcher matcher_;
};

Result<StagePtr> parse_match(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(15959), "the match filter must be an expression in an object");
  }
  CAIRN_ASSIGN_OR_RETURN(
      match::Matcher matcher,
      match::Matcher::parse(specification.as_document(), {.bindings = &environment.around.bindings,
                                                          .collation = environment.around.collation,
                                                          .allowed = {.near = false},
                                                          .metas = environment.metas.get(),
                                                          .folding = environment.folding}));
  return StagePtr(std::make_unique<Match>(std::move(matcher)));
}

}  // namespace

extern const StageRow row_match{"$match", parse_match};

}  // namespace cairn::aggregate
