// Parsing of filters: clauses and paths on the top level, conditions behind a path, the tables of
// both.
#include "engine/match/operator.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

namespace cairn::match {

#define CAIRN_ROW(entry) extern const Operator row_##entry;
#include "engine/match/ops/table.inc"
#undef CAIRN_ROW
#define CAIRN_ROW(entry) extern const Clause clause_##entry;
#include "engine/match/clauses/table.inc"
#undef CAIRN_ROW

namespace {

const std::unordered_map<std::string_view, const Operator*>& operators() {
  static const std::unordered_map<std::string_view, const Operator*> kOperators = [] {
    std::unordered_map<std::string_view, const Operator*> table;
#define CAIRN_ROW(entry) table.emplace(row_##entry.name, &row_##entry);
#include "engine/match/ops/table.inc"
#undef CAIRN_ROW
    return table;
  }();
  return kOperators;
}

const std::unordered_map<std::string_view, const Clause*>& clauses() {
  static const std::unordered_map<std::string_view, const Clause*> kClauses = [] {
    std::unordered_map<std::string_view, const Clause*> table;
#define CAIRN_ROW(entry) table.emplace(clause_##entry.name, &clause_##entry);
#include "engine/match/clauses/table.inc"
#undef CAIRN_ROW
    return table;
  }();
  return kClauses;
}

Status check_depth(const ParseContext& context) {
  if (context.depth <= kMaxFilterDepth) return Status();
  return {ErrorCode::kBadValue,
          "exceeded maximum depth of a filter: " + std::to_string(kMaxFilterDepth)};
}

// `{$ref: …}` and its like are fields of a reference, not operators.
bool names_operator(std::string_view name) {
  return name.starts_with('$') && name != "$ref" && name != "$id" && name != "$db";
}

Status parse_clause(const Element& field, const ParseContext& context,
                    std::vector<NodePtr>& nodes) {
  if (const Clause* known = find_clause(field.name)) {
    return known->parse(field.value, context, nodes);
  }
  const bool negation = field.name == "$not";
  return {ErrorCode::kBadValue,
          "unknown top level operator: " + std::string(field.name) +
              (negation ? ". If you are trying to negate an entire expression, use $nor."
                        : ". If you have a field name that starts with a '$' symbol, consider "
                          "using $getField or $setField.")};
}

std::optional<Predicate::Kind> predicate_kind(std::string_view name) {
  if (name == "$eq") return Predicate::Kind::kEq;
  if (name == "$lt") return Predicate::Kind::kLt;
  if (name == "$lte") return Predicate::Kind::kLte;
  if (name == "$gt") return Predicate::Kind::kGt;
  if (name == "$gte") return Predicate::Kind::kGte;
  if (name == "$in") return Predicate::Kind::kIn;
  return std::nullopt;
}

// Of operators that are none of these: kOther.
Rank rank_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Rank> kRanks[] = {
      {"$elemMatch", Rank::kElemMatch},
      {"$size", Rank::kSize},
      {"$eq", Rank::kEq},
      {"$all", Rank::kEq},
      {"$lte", Rank::kLte},
      {"$lt", Rank::kLt},
      {"$gt", Rank::kGt},
      {"$gte", Rank::kGte},
      {"$regex", Rank::kRegex},
      {"$mod", Rank::kMod},
      {"$exists", Rank::kExists},
      {"$in", Rank::kIn},
      {"$bitsAllSet", Rank::kBitsAllSet},
      {"$bitsAllClear", Rank::kBitsAllClear},
      {"$bitsAnySet", Rank::kBitsAnySet},
      {"$bitsAnyClear", Rank::kBitsAnyClear},
      {"$type", Rank::kType},
  };
  const auto* const found = std::find_if(std::begin(kRanks), std::end(kRanks),
                                         [name](const auto& one) { return one.first == name; });
  return found == std::end(kRanks) ? Rank::kOther : found->second;
}

void note_predicates(const Element& field, std::vector<Predicate>& out) {
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

}  // namespace

const Clause* find_clause(std::string_view name) {
  const auto found = clauses().find(name);
  return found == clauses().end() ? nullptr : found->second;
}

const Operator* find_operator(std::string_view name) {
  const auto found = operators().find(name);
  return found == operators().end() ? nullptr : found->second;
}

Status unknown_operator(std::string_view name) {
  if (name == "$where") return {ErrorCode::kBadValue, "$where cannot be applied to a field"};
  return {ErrorCode::kBadValue, "unknown operator: " + std::string(name)};
}

bool is_operators(ValueView value) {
  if (!value.is_document() || value.as_document().empty()) return false;
  return names_operator(value.as_document().begin()->name);
}

Status parse_operators(DocumentView conditions, const ParseContext& context, Tests& tests) {
  CAIRN_RETURN_IF_ERROR(check_depth(context));
  ParseContext inner = context;
  inner.siblings = conditions;
  for (const Element& field : conditions) {
    const Operator* known = find_operator(field.name);
    if (known == nullptr) return unknown_operator(field.name);
    if (field.value.type() == BsonType::kUndefined) {
      return {ErrorCode::kBadValue, "cannot compare to undefined"};
    }
    const std::size_t before = tests.size();
    CAIRN_RETURN_IF_ERROR(known->parse(field.value, inner, tests));
    const Rank rank = rank_of(field.name);
    for (std::size_t i = before; i < tests.size(); ++i) {
      if (tests[i].rank == Rank::kOther) tests[i].rank = rank;
    }
    if (known->reads_siblings) break;
  }
  return Status();
}

Status parse_condition(ValueView condition, const ParseContext& context, Tests& tests) {
  if (is_operators(condition)) return parse_operators(condition.as_document(), context, tests);
  if (condition.type() == BsonType::kUndefined) {
    return {ErrorCode::kBadValue, "cannot compare to undefined"};
  }
  if (condition.type() != BsonType::kRegex) {
    tests.push_back({.test = comparison_test(Comparison::kEq, condition, context.collation),
                     .rank = Rank::kEq});
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(auto test,
                         regex_test(condition.as_regex().pattern, condition.as_regex().options));
  tests.push_back({.test = std::move(test), .rank = Rank::kRegex});
  return Status();
}

Status parse_list(std::string_view name, ValueView list, const ParseContext& context,
                  std::vector<NodePtr>& nodes) {
  if (!list.is_array()) {
    return {ErrorCode::kBadValue, std::string(name) + " argument must be an array"};
  }
  if (list.as_document().empty()) {
    return {ErrorCode::kBadValue, "$and/$or/$nor must be a nonempty array"};
  }
  for (const Element& element : list.as_document()) {
    if (!element.value.is_document()) {
      return {ErrorCode::kBadValue, "$or/$and/$nor entries need to be full objects"};
    }
    CAIRN_ASSIGN_OR_RETURN(NodePtr node, parse_filter(element.value.as_document(), context));
    nodes.push_back(std::move(node));
  }
  return Status();
}

Result<NodePtr> parse_filter(DocumentView filter, const ParseContext& context) {
  CAIRN_RETURN_IF_ERROR(check_depth(context));
  std::vector<NodePtr> nodes;
  for (const Element& field : filter) {
    if (names_operator(field.name)) {
      CAIRN_RETURN_IF_ERROR(parse_clause(field, context, nodes));
      continue;
    }
    const FieldPath path(field.name);
    ParseContext behind = context;
    behind.path = field.name;
    Tests tests;
    CAIRN_RETURN_IF_ERROR(parse_condition(field.value, behind, tests));
    for (Test& test : tests) nodes.push_back(at_path(path, std::move(test)));
    if (context.conjunctive && context.facts != nullptr) {
      note_predicates(field, context.facts->predicates);
    }
  }
  return all_of(std::move(nodes));
}

}  // namespace cairn::match
