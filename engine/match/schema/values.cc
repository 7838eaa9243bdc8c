// type, bsonType, enum: rules about values of every type.
#include "engine/match/schema/rule.h"

#include <algorithm>

namespace cairn::match {
namespace {

// The names that JSON itself has for types.
Status add_json_type(TypeSet& types, std::string_view name) {
  if (name == "boolean") {
    types.add(BsonType::kBool);
    return Status();
  }
  if (name == "array" || name == "null" || name == "number" || name == "object" ||
      name == "string") {
    return types.add_named(name);
  }
  return {ErrorCode::kBadValue, "Unknown type name alias: " + std::string(name)};
}

Status add_type(TypeSet& types, std::string_view keyword, std::string_view name) {
  if (name == "integer") {
    return {ErrorCode::kFailedToParse, "$jsonSchema type 'integer' is not currently supported."};
  }
  return keyword == "type" ? add_json_type(types, name) : types.add_named(name);
}

Result<TypeSet> parse_types(std::string_view keyword, ValueView argument) {
  TypeSet types;
  if (argument.is_string()) {
    CAIRN_RETURN_IF_ERROR(add_type(types, keyword, argument.as_string()));
    return types;
  }
  if (!argument.is_array()) {
    return wrong_type(keyword, "must be either a string or an array of strings");
  }
  std::vector<std::string_view> seen;
  for (const Element& element : argument.as_document()) {
    if (!element.value.is_string()) return wrong_type(keyword, "array elements must be strings");
    const std::string_view name = element.value.as_string();
    if (std::ranges::find(seen, name) != seen.end()) {
      return failed_to_parse(keyword, "has duplicate value: " + std::string(name));
    }
    seen.push_back(name);
    CAIRN_RETURN_IF_ERROR(add_type(types, keyword, name));
  }
  if (types.empty()) return failed_to_parse(keyword, "must name at least one type");
  return types;
}

class TypeRule final : public Rule {
 public:
  TypeRule(Element keyword, const TypeSet& types) : keyword_(keyword), types_(types) {}
  bool holds(ValueView value) const override { return types_.has(value.type()); }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation(keyword_.name, out);
    append_specified(keyword_, out);
    out.append("reason", "type did not match").append("consideredValue", value);
    out.append("consideredType", type_name(value.type())).end();
  }

 private:
  Element keyword_;
  TypeSet types_;
};

bool contains(const std::vector<ValueView>& values, ValueView value) {
  return std::ranges::any_of(values, [&](ValueView one) { return equal_unordered(one, value); });
}

class EnumRule final : public Rule {
 public:
  EnumRule(ValueView argument, std::vector<ValueView> values)
      : argument_(argument), values_(std::move(values)) {}
  bool holds(ValueView value) const override { return contains(values_, value); }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("enum", out);
    append_specified({"enum", argument_}, out);
    out.append("reason", "value was not found in enum").append("consideredValue", value).end();
  }

 private:
  ValueView argument_;
  std::vector<ValueView> values_;
};

Status parse_enum(SchemaParts& parts) {
  const ValueView argument = parts["enum"];
  if (argument.missing()) return Status();
  if (!argument.is_array()) {
    return wrong_type("enum", "must be an array, but found an element of type " +
                                  std::string(type_name(argument.type())));
  }
  std::vector<ValueView> values;
  for (const Element& element : argument.as_document()) {
    if (contains(values, element.value)) {
      return failed_to_parse("enum", "array cannot contain duplicate values.");
    }
    values.push_back(element.value);
  }
  if (values.empty()) return failed_to_parse("enum", "cannot be an empty array");
  parts.rules.push_back(std::make_unique<EnumRule>(argument, std::move(values)));
  return Status();
}

}  // namespace

Result<TypeSet> parse_stated_types(DocumentView schema) {
  const ValueView json = schema["type"];
  const ValueView bson = schema["bsonType"];
  if (!json.missing() && !bson.missing()) {
    return Status(ErrorCode::kFailedToParse,
                  "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
  }
  if (!json.missing()) return parse_types("type", json);
  if (!bson.missing()) return parse_types("bsonType", bson);
  return TypeSet();
}

Status parse_value_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_enum(parts));
  if (parts.stated.empty()) return Status();
  const std::string_view keyword = parts["type"].missing() ? "bsonType" : "type";
  parts.rules.push_back(std::make_unique<TypeRule>(Element{keyword, parts[keyword]}, parts.stated));
  return Status();
}

}  // namespace cairn::match
