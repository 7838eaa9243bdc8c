#include "engine/match/schema/schema.h"

#include "engine/match/schema/rule.h"

#include <algorithm>

namespace cairn::match {
namespace {

constexpr std::string_view kKeywords[] = {"additionalItems",
                                          "additionalProperties",
                                          "allOf",
                                          "anyOf",
                                          "bsonType",
                                          "dependencies",
                                          "description",
                                          "encrypt",
                                          "encryptMetadata",
                                          "enum",
                                          "exclusiveMaximum",
                                          "exclusiveMinimum",
                                          "items",
                                          "maxItems",
                                          "maxLength",
                                          "maxProperties",
                                          "maximum",
                                          "minItems",
                                          "minLength",
                                          "minProperties",
                                          "minimum",
                                          "multipleOf",
                                          "not",
                                          "oneOf",
                                          "pattern",
                                          "patternProperties",
                                          "properties",
                                          "required",
                                          "title",
                                          "type",
                                          "uniqueItems"};

// Part of JSON Schema, refused by name.
constexpr std::string_view kUnsupported[] = {"$ref",        "$schema", "default",
                                             "definitions", "format",  "id"};

Status check_keywords(DocumentView schema) {
  for (const Element& field : schema) {
    if (std::ranges::find(kKeywords, field.name) != std::end(kKeywords)) continue;
    if (std::ranges::find(kUnsupported, field.name) != std::end(kUnsupported)) {
      return failed_to_parse(field.name, "is not currently supported");
    }
    return {ErrorCode::kFailedToParse, "Unknown $jsonSchema keyword: " + std::string(field.name)};
  }
  return Status();
}

Status check_text(DocumentView schema, std::string_view keyword) {
  const ValueView text = schema.find(keyword);
  if (text.missing() || text.is_string()) return Status();
  return wrong_type(keyword, "must be of type string");
}

class Simple final : public Rule {
 public:
  explicit Simple(SimpleRule rule) : rule_(std::move(rule)) {}
  bool holds(ValueView value) const override {
    return !rule_.types.has(value.type()) || rule_.holds(value);
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation(rule_.keyword.name, out);
    out.begin_document("specifiedAs").append(rule_.keyword.name, rule_.keyword.value);
    out.append(rule_.modifier_name, rule_.modifier).end();
    out.append("reason", rule_.reason);
    if (rule_.consider) {
      rule_.consider(value, out);
    } else {
      out.append("consideredValue", value);
    }
    out.end();
  }

 private:
  SimpleRule rule_;
};

}  // namespace

RulePtr simple_rule(SimpleRule rule) { return std::make_unique<Simple>(std::move(rule)); }

std::string about_keyword(std::string_view keyword) {
  return "$jsonSchema keyword '" + std::string(keyword) + "' ";
}

Status wrong_type(std::string_view keyword, std::string_view demand) {
  return {ErrorCode::kTypeMismatch, about_keyword(keyword).append(demand)};
}

Status failed_to_parse(std::string_view keyword, std::string_view demand) {
  return {ErrorCode::kFailedToParse, about_keyword(keyword).append(demand)};
}

void begin_explanation(std::string_view keyword, DocumentBuilder& out) {
  out.push_document();
  out.append("operatorName", keyword);
}

void append_specified(const Element& keyword, DocumentBuilder& out) {
  out.begin_document("specifiedAs").append(keyword.name, keyword.value).end();
}

bool SchemaParts::may_be(BsonType type) const {
  TypeSet types;
  types.add(type);
  return may_be(types);
}

Result<SchemaPtr> SchemaParts::nested(DocumentView inner) const {
  return Schema::parse(inner, depth + 1);
}

Schema::~Schema() = default;

Result<SchemaPtr> Schema::parse(DocumentView schema, int depth) {
  if (depth > kMaxFilterDepth) {
    return Status(ErrorCode::kOverflow, "$jsonSchema is nested too deeply");
  }
  CAIRN_RETURN_IF_ERROR(check_keywords(schema));
  CAIRN_RETURN_IF_ERROR(check_text(schema, "title"));
  CAIRN_RETURN_IF_ERROR(check_text(schema, "description"));
  SchemaParts parts{.schema = schema, .stated = {}, .depth = depth};
  CAIRN_ASSIGN_OR_RETURN(parts.stated, parse_stated_types(schema));
  for (const auto& parse_rules :
       {parse_string_rules, parse_number_rules, parse_array_rules, parse_object_rules,
        parse_combination_rules, parse_value_rules, parse_encryption_rules}) {
    CAIRN_RETURN_IF_ERROR(parse_rules(parts));
  }
  std::unique_ptr<Schema> made(new Schema);
  made->rules_ = std::move(parts.rules);
  made->title_ = schema["title"];
  made->description_ = schema["description"];
  made->refuses_documents_ = !parts.may_be(BsonType::kDocument) || !schema["encrypt"].missing();
  return SchemaPtr(std::move(made));
}

bool Schema::holds(ValueView value) const {
  return std::ranges::all_of(rules_, [&](const RulePtr& rule) { return rule->holds(value); });
}

void Schema::explain(ValueView value, DocumentBuilder& out) const {
  for (const RulePtr& rule : rules_) {
    if (!rule->holds(value)) rule->explain(value, out);
  }
}

void Schema::annotate(DocumentBuilder& out) const {
  out.append("title", title_).append("description", description_);
}

}  // namespace cairn::match
