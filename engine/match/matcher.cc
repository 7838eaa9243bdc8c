#include "engine/match/matcher.h"

#include "engine/match/operator.h"

#include <optional>

namespace cairn::match {

struct Matcher::State {
  Document filter;
  NodePtr root;
  Tests value_tests;  // where the filter is `{$gt: 1, …}`: see matches_value
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
                                                     .facts = &state.facts,
                                                     .conjunctive = true}));
  return matcher;
}

Result<Matcher> Matcher::parse_condition(ValueView condition, const MatchOptions& options) {
  Matcher matcher;
  matcher.state_ = std::make_unique<State>();
  State& state = *matcher.state_;
  state.filter = document("", condition);
  matcher.collation_ = options.collation;
  CAIRN_RETURN_IF_ERROR(match::parse_condition(
      state.filter.begin()->value,
      {.bindings = options.bindings, .collation = options.collation.get(), .whole_document = false},
      state.value_tests));
  return matcher;
}

Result<bool> Matcher::matches(DocumentView document) const {
  if (state_ == nullptr) return true;
  Trace trace;
  const bool matched = state_->root->matches(document, trace);
  if (!trace.error.ok()) return std::move(trace.error);
  return matched;
}

bool Matcher::matches_value(ValueView value) const {
  Trace trace;
  return state_ == nullptr || passes(state_->value_tests, value, trace);
}

bool Matcher::matches_everything() const { return state_ == nullptr; }

DocumentView Matcher::filter() const {
  return state_ == nullptr ? DocumentView() : state_->filter.view();
}

const Near* Matcher::near() const {
  return state_ != nullptr && state_->facts.near ? &*state_->facts.near : nullptr;
}

bool Matcher::needs_text_index() const {
  return state_ != nullptr && state_->facts.needs_text_index;
}

const std::vector<Predicate>& Matcher::predicates() const {
  static const std::vector<Predicate> kNone;
  return state_ == nullptr ? kNone : state_->facts.predicates;
}

std::optional<std::uint32_t> Matcher::matched_array_index(DocumentView document) const {
  Trace trace;
  if (state_ == nullptr || !state_->root->matches(document, trace) || trace.array_index < 0) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(trace.array_index);
}

}  // namespace cairn::match
