#include "engine/match/schema/additional_properties.h"

#include "engine/expr/regex.h"

#include <algorithm>

namespace cairn::match {
namespace {

struct Pattern {
  std::string_view text;
  expr::Regex regex;
  SchemaPtr schema;
};
using Patterns = std::shared_ptr<const std::vector<Pattern>>;  // of both rules

class PatternProperties final : public Rule {
 public:
  explicit PatternProperties(Patterns patterns) : patterns_(std::move(patterns)) {}

  bool holds(ValueView value) const override {
    return !value.is_document() ||
           !visit_failing(value, [](const Element&, const Pattern&) { return true; });
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("patternProperties", out);
    out.begin_array("details");
    visit_failing(value, [&](const Element& field, const Pattern& pattern) {
      out.push_document();
      out.append("propertyName", field.name);
      pattern.schema->annotate(out);
      out.append("regexMatched", pattern.text).begin_array("details");
      pattern.schema->explain(field.value, out);
      out.end().end();
      return false;
    });
    out.end().end();
  }

 private:
  template <typename Visitor>
  bool visit_failing(ValueView value, const Visitor& visitor) const {
    Patience patience;
    for (const Pattern& pattern : *patterns_) {
      for (const Element& field : value.as_document()) {
        if (patience.over()) return true;
        if (pattern.regex.search(field.name) && !pattern.schema->holds(field.value) &&
            visitor(field, pattern)) {
          return true;
        }
      }
    }
    return false;
  }

  Patterns patterns_;
};

class AdditionalProperties final : public Rule {
 public:
  // `schema`: nullptr where there may be none.
  AdditionalProperties(ValueView argument, DocumentView named, Patterns patterns, SchemaPtr schema)
      : argument_(argument),
        named_(named),
        patterns_(std::move(patterns)),
        schema_(std::move(schema)) {}

  bool holds(ValueView value) const override {
    if (!value.is_document()) return true;
    Patience patience;
    for (const Element& field : value.as_document()) {
      if (patience.over() || fails(field)) return false;
    }
    return true;
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("additionalProperties", out);
    if (schema_ == nullptr) {
      append_specified({"additionalProperties", argument_}, out);
      out.begin_array("additionalProperties");
      for (const Element& field : value.as_document()) {
        if (fails(field)) out.push(field.name);
      }
      out.end().end();
      return;
    }
    for (const Element& field : value.as_document()) {
      if (!fails(field)) continue;
      schema_->annotate(out);
      out.append("reason", "at least one additional property did not match the subschema");
      out.append("failingProperty", field.name).begin_array("details");
      schema_->explain(field.value, out);
      out.end();
      break;
    }
    out.end();
  }

 private:
  bool fails(const Element& field) const {
    if (!named_.find(field.name).missing()) return false;
    const bool matched = std::ranges::any_of(
        *patterns_, [&](const Pattern& pattern) { return pattern.regex.search(field.name); });
    return !matched && (schema_ == nullptr || !schema_->holds(field.value));
  }

  ValueView argument_;
  DocumentView named_;
  Patterns patterns_;
  SchemaPtr schema_;
};

Result<Patterns> parse_patterns(const SchemaParts& parts) {
  auto patterns = std::make_shared<std::vector<Pattern>>();
  const ValueView argument = parts["patternProperties"];
  if (argument.missing()) return Patterns(std::move(patterns));
  if (!argument.is_document()) return wrong_type("patternProperties", "must be an object");
  for (const Element& field : argument.as_document()) {
    if (!field.value.is_document()) {
      return wrong_type("patternProperties",
                        "has property '" + std::string(field.name) + "' which is not an object");
    }
    auto regex = expr::Regex::compile(field.name, "");
    if (!regex.ok()) {
      return Status(ErrorCode::kBadValue,
                    "Invalid regular expression: " + std::string(regex.status().message()));
    }
    CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(field.value.as_document()));
    patterns->push_back({field.name, std::move(*regex), std::move(schema)});
  }
  return Patterns(std::move(patterns));
}

}  // namespace

Status parse_additional_properties(SchemaParts& parts) {
  CAIRN_ASSIGN_OR_RETURN(const Patterns patterns, parse_patterns(parts));
  const ValueView argument = parts["additionalProperties"];
  SchemaPtr schema;
  if (argument.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(schema, parts.nested(argument.as_document()));
  } else if (!argument.missing() && argument.type() != BsonType::kBool) {
    return wrong_type("additionalProperties", "must be an object or a boolean");
  }
  if (!parts.may_be(BsonType::kDocument)) return Status();
  const bool free = argument.missing() || (schema == nullptr && argument.as_bool());
  if (!free) {
    const ValueView named = parts["properties"];
    parts.rules.push_back(std::make_unique<AdditionalProperties>(
        argument, named.is_document() ? named.as_document() : DocumentView(), patterns,
        std::move(schema)));
  }
  if (!patterns->empty()) parts.rules.push_back(std::make_unique<PatternProperties>(patterns));
  return Status();
}

}  // namespace cairn::match
