// allOf, anyOf, oneOf, not.
#include "engine/match/schema/rule.h"

namespace cairn::match {
namespace {

enum class Demand : std::uint8_t { kAll, kAny, kOne };

class Combination final : public Rule {
 public:
  Combination(std::string_view keyword, Demand demand, std::vector<SchemaPtr> schemas)
      : keyword_(keyword), demand_(demand), schemas_(std::move(schemas)) {}

  bool holds(ValueView value) const override {
    const std::size_t held = count_held(value);
    if (demand_ == Demand::kAll) return held == schemas_.size();
    return demand_ == Demand::kAny ? held > 0 : held == 1;
  }

  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation(keyword_, out);
    if (demand_ == Demand::kOne && count_held(value) > 1) {
      out.append("reason", "more than one subschema matched");
      out.begin_array("matchingSchemaIndexes");
      for (std::size_t i = 0; i < schemas_.size(); ++i) {
        if (schemas_[i]->holds(value)) out.push(static_cast<std::int32_t>(i));
      }
      out.end().end();
      return;
    }
    out.begin_array("schemasNotSatisfied");
    for (std::size_t i = 0; i < schemas_.size(); ++i) {
      if (!schemas_[i]->holds(value)) explain_one(i, value, out);
    }
    out.end().end();
  }

 private:
  std::size_t count_held(ValueView value) const {
    std::size_t held = 0;
    for (const SchemaPtr& schema : schemas_) held += schema->holds(value) ? 1 : 0;
    return held;
  }
  void explain_one(std::size_t index, ValueView value, DocumentBuilder& out) const {
    out.push_document();
    out.append("index", static_cast<std::int32_t>(index));
    schemas_[index]->annotate(out);
    out.begin_array("details");
    schemas_[index]->explain(value, out);
    out.end().end();
  }

  std::string_view keyword_;
  Demand demand_;
  std::vector<SchemaPtr> schemas_;
};

class NotRule final : public Rule {
 public:
  explicit NotRule(SchemaPtr schema) : schema_(std::move(schema)) {}
  bool holds(ValueView value) const override { return !schema_->holds(value); }
  void explain(ValueView, DocumentBuilder& out) const override {
    begin_explanation("not", out);
    out.append("reason", "child expression matched").end();
  }

 private:
  SchemaPtr schema_;
};

Status parse_combination(SchemaParts& parts, std::string_view keyword, Demand demand) {
  const ValueView argument = parts[keyword];
  if (argument.missing()) return Status();
  if (!argument.is_array()) return wrong_type(keyword, "must be an array");
  std::vector<SchemaPtr> schemas;
  for (const Element& element : argument.as_document()) {
    if (!element.value.is_document()) {
      return wrong_type(keyword, "must be an array of objects, but found an element of type " +
                                     std::string(type_name(element.value.type())));
    }
    CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(element.value.as_document()));
    schemas.push_back(std::move(schema));
  }
  if (schemas.empty()) {
    return {ErrorCode::kBadValue, about_keyword(keyword) + "must be a non-empty array"};
  }
  parts.rules.push_back(std::make_unique<Combination>(keyword, demand, std::move(schemas)));
  return Status();
}

Status parse_not(SchemaParts& parts) {
  const ValueView argument = parts["not"];
  if (argument.missing()) return Status();
  if (!argument.is_document()) {
    return wrong_type("not", "must be an object, but found an element of type " +
                                 std::string(type_name(argument.type())));
  }
  CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(argument.as_document()));
  parts.rules.push_back(std::make_unique<NotRule>(std::move(schema)));
  return Status();
}

}  // namespace

Status parse_combination_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_combination(parts, "allOf", Demand::kAll));
  CAIRN_RETURN_IF_ERROR(parse_combination(parts, "anyOf", Demand::kAny));
  CAIRN_RETURN_IF_ERROR(parse_combination(parts, "oneOf", Demand::kOne));
  return parse_not(parts);
}

}  // namespace cairn::match
