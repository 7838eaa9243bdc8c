#include "engine/match/matcher.h"

#include "engine/match/operator.h"

#include <optional>

namespace cairn::match {

struct Matcher::State {
  Document filter;
  CollationPtr collation;
  NodePtr root;
  Tests value_tests;  // where the filter is `{$gt: 1, …}`: see matches_value
  std::vector<Predicate> predicates;
};

namespace {

std::optional<Predicate::Kind> predicate_kind(std::string_view name) {
  if (name == "$eq") return Predicate::Kind::kEq;
  if (name == "$lt") return Predicate::Kind::kLt;
  if (name == "$lte") return Predicate::Kind::kLte;
  if (name == "$gt") return Predicate::Kind::kGt;
  if (name == "$gte") return Predicate::Kind::kGte;
  if (name == "$in") return Predicate::Kind::kIn;
  return std::nullopt;
}

void collect_condition(const Element& field, std::vector<Predicate>& out) {
  if (!is_operators(field.value)) {
    if (field.value.type() == BsonType::kRegex) return;
    out.push_back({Predicate::Kind::kEq, field.name, field.value});
    return;
  }
  for (const Element& condition : field.value.as_document()) {
    if (const auto kind = predicate_kind(condition.name)) {
      out.push_back({*kind, field.name, condition.value});
    }
  }
}

void collect(DocumentView filter, std::vector<Predicate>& out) {
  for (const Element& field : filter) {
    if (field.name == "$and") {
      for (const Element& part : field.value.as_document()) {
        collect(part.value.as_document(), out);
      }
    } else if (!field.name.starts_with('$')) {
      collect_condition(field, out);
    }
  }
}

}  // namespace

Matcher::Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

Result<Matcher> Matcher::parse(DocumentView filter, const MatchOptions& options) {
  Matcher matcher;
  if (filter.empty()) return matcher;
  matcher.state_ = std::make_unique<State>();
  State& state = *matcher.state_;
  state.filter = Document(filter);
  state.collation = options.collation;
  CAIRN_ASSIGN_OR_RETURN(
      state.root, parse_filter(state.filter,
                               {.bindings = options.bindings, .collation = state.collation.get()}));
  collect(state.filter, state.predicates);
  return matcher;
}

Result<Matcher> Matcher::parse_condition(ValueView condition) {
  Matcher matcher;
  matcher.state_ = std::make_unique<State>();
  State& state = *matcher.state_;
  state.filter = document("", condition);
  CAIRN_RETURN_IF_ERROR(match::parse_condition(state.filter.begin()->value, {}, state.value_tests));
  return matcher;
}

Result<bool> Matcher::matches(DocumentView document) const {
  return state_ == nullptr || state_->root->matches(document, nullptr);
}

bool Matcher::matches_value(ValueView value) const {
  return state_ == nullptr || passes(state_->value_tests, value, nullptr);
}

bool Matcher::matches_everything() const { return state_ == nullptr; }

DocumentView Matcher::filter() const {
  return state_ == nullptr ? DocumentView() : state_->filter.view();
}

const std::vector<Predicate>& Matcher::predicates() const {
  static const std::vector<Predicate> kNone;
  return state_ == nullptr ? kNone : state_->predicates;
}

std::optional<std::uint32_t> Matcher::matched_array_index(DocumentView document) const {
  Trace trace;
  if (state_ == nullptr || !state_->root->matches(document, &trace) || trace.array_index < 0) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(trace.array_index);
}

}  // namespace cairn::match
