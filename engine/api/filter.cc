// The public face of engine/match.
#include "engine/match/matcher.h"

#include <cairn/filter.h>

#include <utility>

namespace cairn {

struct Filter::State {
  match::Matcher matcher;
};

Filter::Filter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

Result<Filter> Filter::parse(DocumentView filter) {
  CAIRN_ASSIGN_OR_RETURN(match::Matcher matcher, match::Matcher::parse(filter));
  return Filter(std::make_unique<State>(State{.matcher = std::move(matcher)}));
}

Result<bool> Filter::matches(DocumentView document) const {
  return state_->matcher.matches(document);
}

}  // namespace cairn
