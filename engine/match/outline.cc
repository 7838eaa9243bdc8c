#include "engine/match/outline.h"

#include "engine/match/operator.h"

#include <algorithm>
#include <iterator>

namespace cairn::match {
namespace {

using Asks = Condition::Asks;
using Conditions = std::vector<Condition>;

void add_filter(DocumentView filter, Conditions& out);
void add_operator(std::string_view path, const Element& operation, DocumentView siblings,
                  Conditions& out);

Asks asked_by(std::string_view name) {
  if (name == "$eq") return Asks::kEq;
  if (name == "$lt") return Asks::kLt;
  if (name == "$lte") return Asks::kLte;
  if (name == "$gt") return Asks::kGt;
  if (name == "$gte") return Asks::kGte;
  if (name == "$in") return Asks::kIn;
  if (name == "$exists") return Asks::kExists;
  if (name == "$mod") return Asks::kMod;
  if (name == "$type") return Asks::kType;
  if (name == "$geoWithin" || name == "$within") return Asks::kGeoWithin;
  if (name == "$geoIntersects") return Asks::kGeoIntersects;
  return Asks::kOther;
}

Condition regex(std::string_view path, RegexView regex, ValueView argument) {
  return {.asks = Asks::kRegex,
          .path = path,
          .name = "$regex",
          .argument = argument,
          .pattern = regex.pattern,
          .flags = regex.options,
          .parts = {}};
}

Condition plain(std::string_view path, Asks asks, std::string_view name, ValueView argument) {
  return {.asks = asks, .path = path, .name = name, .argument = argument, .parts = {}};
}

Condition regex_operator(std::string_view path, ValueView argument, DocumentView siblings) {
  RegexView text;
  if (argument.is_string()) {
    text.pattern = argument.as_string();
  } else {
    text = argument.as_regex();
  }
  const ValueView options = siblings["$options"];
  if (options.is_string()) text.options = options.as_string();
  return regex(path, text, argument);
}

Condition membership(std::string_view path, ValueView list) {
  const bool empty = list.is_array() && list.as_document().empty();
  return plain(path, empty ? Asks::kNever : Asks::kIn, "$in", list);
}

Condition negation(std::string_view path, const Element& operation) {
  Condition all = plain(path, Asks::kNot, operation.name, operation.value);
  if (operation.name == "$ne") {
    all.parts.push_back(plain(path, Asks::kEq, "$eq", operation.value));
  } else if (operation.name == "$nin") {
    all.parts.push_back(membership(path, operation.value));
  } else if (operation.value.type() == BsonType::kRegex) {
    all.parts.push_back(regex(path, operation.value.as_regex(), operation.value));
  } else {
    const DocumentView inner = operation.value.as_document();
    for (const Element& field : inner) add_operator(path, field, inner, all.parts);
  }
  return all;
}

void add_all(std::string_view path, DocumentView elements, Conditions& out) {
  if (elements.empty()) return out.push_back(plain(path, Asks::kNever, "$all", ValueView()));
  for (const Element& element : elements) {
    if (is_operators(element.value)) {
      const DocumentView inner = element.value.as_document();
      add_operator(path, *inner.begin(), inner, out);
    } else if (element.value.type() == BsonType::kRegex) {
      out.push_back(regex(path, element.value.as_regex(), element.value));
    } else {
      out.push_back(plain(path, Asks::kEq, "$eq", element.value));
    }
  }
}

Condition element(std::string_view path, const Element& operation) {
  const DocumentView inner = operation.value.as_document();
  const bool values = !inner.empty() && inner.begin()->name.starts_with('$') &&
                      find_clause(inner.begin()->name) == nullptr;
  Condition all =
      plain(path, values ? Asks::kElemValue : Asks::kElemObject, operation.name, operation.value);
  if (!values) {
    add_filter(inner, all.parts);
  } else {
    for (const Element& field : inner) add_operator({}, field, inner, all.parts);
  }
  return all;
}

void add_operator(std::string_view path, const Element& operation, DocumentView siblings,
                  Conditions& out) {
  const std::string_view name = operation.name;
  if (name == "$options") return;
  if (name == "$ne" || name == "$nin" || name == "$not") {
    return out.push_back(negation(path, operation));
  }
  if (name == "$all") return add_all(path, operation.value.as_document(), out);
  if (name == "$in") return out.push_back(membership(path, operation.value));
  if (name == "$elemMatch") return out.push_back(element(path, operation));
  if (name == "$regex") return out.push_back(regex_operator(path, operation.value, siblings));
  out.push_back(plain(path, asked_by(name), name, operation.value));
}

void add_path(std::string_view path, ValueView condition, Conditions& out) {
  if (!is_operators(condition)) {
    if (condition.type() == BsonType::kRegex) {
      return out.push_back(regex(path, condition.as_regex(), condition));
    }
    return out.push_back(plain(path, Asks::kEq, "$eq", condition));
  }
  const DocumentView operations = condition.as_document();
  for (const Element& operation : operations) {
    const Operator* const known = find_operator(operation.name);
    const bool region = asked_by(operation.name) == Asks::kGeoWithin ||
                        asked_by(operation.name) == Asks::kGeoIntersects;
    if (region) continue;  // stands alone
    if (known == nullptr || known->reads_siblings) {
      return out.push_back(plain(path, Asks::kOther, {}, condition));
    }
  }
  for (const Element& operation : operations) add_operator(path, operation, operations, out);
}

// A branch of `$or` that is nothing but another one is as good as the other's branches.
bool is_any(const Condition& branch) {
  return branch.parts.size() == 1 && branch.parts.front().asks == Asks::kAny;
}

Condition list(Asks asks, const Element& clause) {
  Condition all = plain({}, asks, clause.name, clause.value);
  for (const Element& entry : clause.value.as_document()) {
    Condition branch = plain({}, Asks::kAll, {}, entry.value);
    add_filter(entry.value.as_document(), branch.parts);
    if (asks == Asks::kAny && is_any(branch)) {
      Conditions inner = std::move(branch.parts.front().parts);
      std::move(inner.begin(), inner.end(), std::back_inserter(all.parts));
    } else {
      all.parts.push_back(std::move(branch));
    }
  }
  return all;
}

bool is_leaf(const Condition& branch) {
  if (branch.parts.size() != 1) return false;
  const Condition& leaf = branch.parts.front();
  return !leaf.path.empty() && leaf.asks != Asks::kNot && leaf.asks != Asks::kOther;
}

// Neither of several conditions is each of them negated.
void add_nor(const Element& clause, Conditions& out) {
  Condition all = list(Asks::kNone, clause);
  if (!std::all_of(all.parts.begin(), all.parts.end(), is_leaf)) {
    return out.push_back(std::move(all));
  }
  for (Condition& branch : all.parts) {
    Condition negated = plain(branch.parts.front().path, Asks::kNot, "$nor", branch.argument);
    negated.parts = std::move(branch.parts);
    out.push_back(std::move(negated));
  }
}

void add_clause(const Element& clause, Conditions& out) {
  const std::string_view name = clause.name;
  if (name == "$comment" || name == "$alwaysTrue") return;
  if (name == "$and" || (name == "$or" && clause.value.as_document().count() == 1)) {
    for (const Element& entry : clause.value.as_document()) {
      add_filter(entry.value.as_document(), out);
    }
    return;
  }
  if (name == "$or") return out.push_back(list(Asks::kAny, clause));
  if (name == "$nor") return add_nor(clause, out);
  const Asks asks = name == "$expr"          ? Asks::kExpression
                    : name == "$alwaysFalse" ? Asks::kNever
                                             : Asks::kOther;
  out.push_back(plain({}, asks, name, clause.value));
}

void add_filter(DocumentView filter, Conditions& out) {
  for (const Element& field : filter) {
    if (find_clause(field.name) != nullptr) {
      add_clause(field, out);
    } else {
      add_path(field.name, field.value, out);
    }
  }
}

void append_operation(const Condition& condition, DocumentBuilder& out) {
  if (condition.asks == Asks::kRegex) {
    out.append("$regex", condition.pattern);
    if (!condition.flags.empty()) out.append("$options", condition.flags);
  } else if (condition.asks == Asks::kNot && condition.name != "$not") {
    out.begin_document("$not");
    append_operation(condition.parts.front(), out);
    out.end();
  } else if (condition.asks == Asks::kExists && !condition.argument.truthy()) {
    out.begin_document("$not").append("$exists", true).end();
  } else if (condition.name == "$all") {
    out.begin_array("$all").end();
  } else {
    out.append(condition.name, condition.argument);
  }
}

// {$expr: {$gt: ["$a", {$literal: 5}]}}.
void append_comparison(const Condition& condition, DocumentBuilder& out) {
  out.begin_document("$expr").begin_array(condition.name);
  out.push("$" + std::string(condition.path));
  out.push_document().append("$literal", condition.argument).end();
  out.end().end();
}

}  // namespace

std::vector<Condition> outline(DocumentView filter) {
  Conditions conditions;
  add_filter(filter, conditions);
  return conditions;
}

void append_condition(const Condition& condition, DocumentBuilder& out) {
  if (condition.asks == Asks::kAll) {
    out.append_all(condition.argument.as_document());
  } else if (condition.path.empty() && find_clause(condition.name) != nullptr) {
    out.append(condition.name, condition.argument);
  } else if (condition.asks == Asks::kExpression) {
    append_comparison(condition, out);
  } else if (condition.name.empty()) {
    out.append(condition.path, condition.argument);
  } else {
    out.begin_document(condition.path);
    append_operation(condition, out);
    out.end();
  }
}

}  // namespace cairn::match
