#include "engine/match/explain/clause.h"

#include "engine/match/operator.h"

namespace cairn::match {
namespace {

Explained implicit_clause(std::string_view path, ValueView value) {
  return {.filter = document(path, value),
          .operator_name = value.type() == BsonType::kRegex ? "$regex" : "$eq",
          .path = path,
          .argument = value,
          .implicit = true};
}

// A regular expression is shown as one value, whichever way it was written.
Document regex_filter(std::string_view path, DocumentView operators) {
  const ValueView pattern = operators["$regex"];
  if (pattern.type() == BsonType::kRegex && operators["$options"].missing()) {
    return document(path, pattern);
  }
  const std::string_view text =
      pattern.is_string() ? pattern.as_string() : pattern.as_regex().pattern;
  const ValueView options = operators["$options"];
  DocumentBuilder builder;
  builder.append(path, RegexView{text, options.is_string() ? options.as_string() : ""});
  return builder.take();
}

void add_operators(std::string_view path, DocumentView operators, std::vector<Explained>& clauses) {
  for (const Element& field : operators) {
    if (field.name == "$options") continue;
    const bool regex = field.name == "$regex";
    clauses.push_back({.filter = regex ? regex_filter(path, operators)
                                       : document(path, document(field.name, field.value).view()),
                       .operator_name = field.name,
                       .path = path,
                       .argument = field.value});
  }
}

}  // namespace

std::vector<Explained> clauses_of(std::string_view path, ValueView condition) {
  std::vector<Explained> clauses;
  if (is_operators(condition)) {
    add_operators(path, condition.as_document(), clauses);
  } else {
    clauses.push_back(implicit_clause(path, condition));
  }
  return clauses;
}

std::vector<Explained> clauses_of(DocumentView filter) {
  std::vector<Explained> clauses;
  for (const Element& field : filter) {
    if (field.name == "$comment") continue;
    if (!field.name.starts_with('$')) {
      for (Explained& clause : clauses_of(field.name, field.value))
        clauses.push_back(std::move(clause));
      continue;
    }
    clauses.push_back({.filter = document(field.name, field.value),
                       .operator_name = field.name,
                       .path = {},
                       .argument = field.value});
  }
  return clauses;
}

}  // namespace cairn::match
