// Parsing of filters: logical operators and paths on the top level, conditions behind a path, the
// table of operators.
#include "engine/match/operator.h"

#include <array>
#include <string>
#include <unordered_map>

namespace cairn::match {

#define CAIRN_ROW(entry) extern const Operator row_##entry;
#include "engine/match/ops/table.inc"
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

// Operators that MongoDB has behind a path and Cairn has not yet.
constexpr std::string_view kNotYet[] = {
    "$bitsAllClear", "$bitsAllSet",  "$bitsAnyClear", "$bitsAnySet", "$geoIntersects",
    "$geoWithin",    "$maxDistance", "$minDistance",  "$near",       "$nearSphere",
    "$geoNear",      "$within",      "$uniqueDocs"};

// The same on the top level of a filter.
constexpr std::string_view kNotYetOnTop[] = {"$expr", "$jsonSchema", "$sampleRate",
                                             "$text", "$alwaysTrue", "$alwaysFalse"};

template <std::size_t kCount>
bool contains(const std::string_view (&names)[kCount], std::string_view name) {
  for (const std::string_view known : names) {
    if (known == name) return true;
  }
  return false;
}

Status not_yet(std::string_view name) {
  return {ErrorCode::kNotImplemented,
          "query operator " + std::string(name) + " is not supported by Cairn yet"};
}

Status check_depth(const ParseContext& context) {
  if (context.depth <= kMaxFilterDepth) return Status();
  return {ErrorCode::kBadValue,
          "exceeded maximum depth of a filter: " + std::to_string(kMaxFilterDepth)};
}

Status parse_list(std::string_view name, ValueView list, const ParseContext& context,
                  std::vector<NodePtr>& nodes) {
  if (!list.is_array())
    return {ErrorCode::kBadValue, std::string(name) + " argument must be an array"};
  if (list.as_document().empty()) {
    return {ErrorCode::kBadValue, "$and/$or/$nor must be a nonempty array"};
  }
  for (const Element& element : list.as_document()) {
    if (!element.value.is_document()) {
      return {ErrorCode::kBadValue, "$or/$and/$nor entries need to be full objects"};
    }
    CAIRN_ASSIGN_OR_RETURN(NodePtr node,
                           parse_filter(element.value.as_document(), context.inside()));
    nodes.push_back(std::move(node));
  }
  return Status();
}

// `$and: […]` and its like. Adds what must hold to `nodes`.
Status parse_top_level(const Element& field, const ParseContext& context,
                       std::vector<NodePtr>& nodes) {
  if (field.name == "$and") return parse_list(field.name, field.value, context, nodes);
  if (field.name == "$or" || field.name == "$nor") {
    std::vector<NodePtr> alternatives;
    CAIRN_RETURN_IF_ERROR(parse_list(field.name, field.value, context, alternatives));
    NodePtr any = any_of(std::move(alternatives));
    nodes.push_back(field.name == "$nor" ? not_of(std::move(any)) : std::move(any));
    return Status();
  }
  if (field.name == "$comment") return Status();
  if (field.name == "$where") {
    return {ErrorCode::kBadValue, "$where is not allowed: server-side JavaScript is disabled"};
  }
  if (contains(kNotYetOnTop, field.name)) return not_yet(field.name);
  return {ErrorCode::kBadValue,
          "unknown top level operator: " + std::string(field.name) +
              ". If you have a field name that starts with a '$' symbol, consider using $getField "
              "or $setField."};
}

}  // namespace

const Operator* find_operator(std::string_view name) {
  const auto found = operators().find(name);
  return found == operators().end() ? nullptr : found->second;
}

Status unknown_operator(std::string_view name) {
  if (contains(kNotYet, name)) return not_yet(name);
  return {ErrorCode::kBadValue, "unknown operator: " + std::string(name)};
}

bool is_operators(ValueView value) {
  if (!value.is_document() || value.as_document().empty()) return false;
  const std::string_view first = value.as_document().begin()->name;
  return first.starts_with('$') && first != "$ref" && first != "$id" && first != "$db";
}

Status parse_operators(DocumentView conditions, const ParseContext& context, Tests& tests) {
  CAIRN_RETURN_IF_ERROR(check_depth(context));
  ParseContext inner = context;
  inner.siblings = conditions;
  for (const Element& field : conditions) {
    if (field.name == "$comment") continue;
    const Operator* known = find_operator(field.name);
    if (known == nullptr) return unknown_operator(field.name);
    if (field.value.type() == BsonType::kUndefined) {
      return {ErrorCode::kBadValue, "cannot compare to undefined"};
    }
    CAIRN_RETURN_IF_ERROR(known->parse(field.value, inner, tests));
  }
  return Status();
}

Status parse_condition(ValueView condition, const ParseContext& context, Tests& tests) {
  if (is_operators(condition)) return parse_operators(condition.as_document(), context, tests);
  if (condition.type() == BsonType::kUndefined) {
    return {ErrorCode::kBadValue, "cannot compare to undefined"};
  }
  if (condition.type() != BsonType::kRegex) {
    tests.push_back({comparison_test(Comparison::kEq, condition)});
    return Status();
  }
  CAIRN_ASSIGN_OR_RETURN(auto test,
                         regex_test(condition.as_regex().pattern, condition.as_regex().options));
  tests.push_back({std::move(test)});
  return Status();
}

Result<NodePtr> parse_filter(DocumentView filter, const ParseContext& context) {
  CAIRN_RETURN_IF_ERROR(check_depth(context));
  std::vector<NodePtr> nodes;
  for (const Element& field : filter) {
    if (field.name.starts_with('$')) {
      CAIRN_RETURN_IF_ERROR(parse_top_level(field, context, nodes));
      continue;
    }
    const FieldPath path(field.name);
    Tests tests;
    CAIRN_RETURN_IF_ERROR(parse_condition(field.value, context, tests));
    for (Test& test : tests) nodes.push_back(at_path(path, std::move(test)));
  }
  return all_of(std::move(nodes));
}

}  // namespace cairn::match
