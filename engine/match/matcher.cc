#include "engine/match/matcher.h"

#include "engine/match/operator.h"

#include <optional>

namespace cairn::match {

struct Matcher::State {
  Document filter;
  NodePtr root;
  Facts facts;
};

Matcher::Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

Result<Matcher> Matcher::parse(DocumentView filter, const MatchOptions& options) {
  Matcher matcher;
  matcher.collation_ = options.collation;
  if (filter.empty()) return matcher;
  matcher.state_ = std::make_unique<State>();
  State& state = *matcher.state_;
  state.filter = Document(filter);
  CAIRN_ASSIGN_OR_RETURN(state.root,
                         parse_filter(state.filter, {.bindings = options.bindings,
                                                     .collation = options.collation.get(),
                                                     .allowed = options.allowed,
                                                     .metas = options.metas,
                                                     .folding = options.folding,
                                                     .facts = &state.facts,
                                                     .conjunctive = true}));
  return matcher;
}

Result<bool> Matcher::matches(DocumentView document, FoundByText text) const {
  if (state_ == nullptr) return true;
  // Many small documents take as long as a large one.
  thread_local constinit std::uint32_t steps_left = Trace::kStepsPerLook;
  Trace trace{.steps_left = steps_left, .text = text == FoundByText::kYes};
  const bool matched = state_->root->matches(document, trace);
  steps_left = trace.steps_left;
  if (!trace.error.ok()) return std::move(trace.error);
  return matched;
}

bool Matcher::matches_everything() const { return state_ == nullptr; }

DocumentView Matcher::filter() const {
  return state_ == nullptr ? DocumentView() : state_->filter.view();
}

const Near* Matcher::near() const {
  return state_ != nullptr && state_->facts.near ? &*state_->facts.near : nullptr;
}

const TextArgument* Matcher::text() const {
  return state_ != nullptr && state_->facts.text ? &*state_->facts.text : nullptr;
}

const std::vector<Predicate>& Matcher::predicates() const {
  static const std::vector<Predicate> kNone;
  return state_ == nullptr ? kNone : state_->facts.predicates;
}

const std::vector<ExpressionClaims>& Matcher::claims() const {
  static const std::vector<ExpressionClaims> kNone;
  return state_ == nullptr ? kNone : state_->facts.claims;
}

Result<std::optional<std::uint32_t>> Matcher::matched_array_index(DocumentView document) const {
  std::optional<std::uint32_t> index;
  if (state_ == nullptr) return index;
  Trace trace;
  trace.text = true;  // only documents that match are asked
  const bool matched = state_->root->matches(document, trace);
  if (!trace.error.ok()) return std::move(trace.error);
  if (matched && trace.array_index >= 0) index = static_cast<std::uint32_t>(trace.array_index);
  return index;
}

}  // namespace cairn::match
