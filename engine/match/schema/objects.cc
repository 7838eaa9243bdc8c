// properties, required, minProperties, maxProperties, dependencies: rules about objects by their
// fields' names.
#include "engine/match/integer.h"
#include "engine/match/schema/additional_properties.h"
#include "engine/match/schema/rule.h"

#include <algorithm>

namespace cairn::match {
namespace {

using Names = std::vector<std::string_view>;

void append_missing(const Names& names, DocumentView object, DocumentBuilder& out) {
  out.begin_array("missingProperties");
  for (const std::string_view name : names) {
    if (object.find(name).missing()) out.push(name);
  }
  out.end();
}

bool has_all(const Names& names, DocumentView object) {
  return std::ranges::all_of(names,
                             [&](std::string_view name) { return !object.find(name).missing(); });
}

class Properties final : public Rule {
 public:
  using Schemas = std::vector<std::pair<std::string_view, SchemaPtr>>;
  explicit Properties(Schemas schemas) : schemas_(std::move(schemas)) {}

  bool holds(ValueView value) const override {
    if (!value.is_document()) return true;
    return std::ranges::all_of(schemas_, [&](const auto& property) {
      const ValueView field = value.as_document().find(property.first);
      return field.missing() || property.second->holds(field);
    });
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("properties", out);
    out.begin_array("propertiesNotSatisfied");
    for (const auto& [name, schema] : schemas_) {
      const ValueView field = value.as_document().find(name);
      if (field.missing() || schema->holds(field)) continue;
      out.push_document();
      out.append("propertyName", name);
      schema->annotate(out);
      out.begin_array("details");
      schema->explain(field, out);
      out.end().end();
    }
    out.end().end();
  }

 private:
  Schemas schemas_;
};

Status parse_properties(SchemaParts& parts) {
  const ValueView argument = parts["properties"];
  if (argument.missing()) return Status();
  if (!argument.is_document()) return wrong_type("properties", "must be an object");
  Properties::Schemas schemas;
  for (const Element& field : argument.as_document()) {
    if (!field.value.is_document()) {
      return {ErrorCode::kTypeMismatch, "Nested schema for $jsonSchema property '" +
                                            std::string(field.name) + "' must be an object"};
    }
    CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(field.value.as_document()));
    schemas.emplace_back(field.name, std::move(schema));
  }
  if (!parts.may_be(BsonType::kDocument)) return Status();
  parts.rules.push_back(std::make_unique<Properties>(std::move(schemas)));
  return Status();
}

class Required final : public Rule {
 public:
  Required(ValueView argument, Names names) : argument_(argument), names_(std::move(names)) {}
  bool holds(ValueView value) const override {
    return !value.is_document() || has_all(names_, value.as_document());
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("required", out);
    append_specified({"required", argument_}, out);
    append_missing(names_, value.as_document(), out);
    out.end();
  }

 private:
  ValueView argument_;
  Names names_;
};

Status parse_required(SchemaParts& parts) {
  const ValueView argument = parts["required"];
  if (argument.missing()) return Status();
  if (!argument.is_array()) {
    return wrong_type("required", "must be an array, but found an element of type " +
                                      std::string(type_name(argument.type())));
  }
  Names names;
  for (const Element& element : argument.as_document()) {
    if (!element.value.is_string()) {
      return wrong_type("required", "must be an array of strings, but found an element of type: " +
                                        std::string(type_name(element.value.type())));
    }
    const std::string_view name = element.value.as_string();
    if (std::ranges::find(names, name) != names.end()) {
      return failed_to_parse("required", "array cannot contain duplicate values");
    }
    names.push_back(name);
  }
  if (names.empty()) return failed_to_parse("required", "cannot be an empty array");
  if (!parts.may_be(BsonType::kDocument)) return Status();
  parts.rules.push_back(std::make_unique<Required>(argument, std::move(names)));
  return Status();
}

Status parse_property_count(SchemaParts& parts, std::string_view keyword, bool most) {
  const ValueView argument = parts[keyword];
  if (argument.missing()) return Status();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t limit, parse_non_negative({keyword, argument}));
  if (!parts.may_be(BsonType::kDocument)) return Status();
  TypeSet objects;
  objects.add(BsonType::kDocument);
  parts.rules.push_back(
      simple_rule({.keyword = {keyword, argument},
                   .types = objects,
                   .reason = "specified number of properties was not satisfied",
                   .holds =
                       [limit, most](ValueView value) {
                         const std::int64_t count = value.as_document().count();
                         return most ? count <= limit : count >= limit;
                       },
                   .consider =
                       [](ValueView value, DocumentBuilder& out) {
                         out.append("numberOfProperties",
                                    static_cast<std::int32_t>(value.as_document().count()));
                       }}));
  return Status();
}

// What a property asks for where it is there: other properties, or a schema of the whole object.
struct Dependency {
  std::string_view property;
  Names names = {};
  SchemaPtr schema = {};

  bool holds(DocumentView object) const {
    if (object.find(property).missing()) return true;
    return schema == nullptr ? has_all(names, object) : schema->holds(object.as_value());
  }
};

class Dependencies final : public Rule {
 public:
  explicit Dependencies(std::vector<Dependency> dependencies)
      : dependencies_(std::move(dependencies)) {}

  bool holds(ValueView value) const override {
    if (!value.is_document()) return true;
    return std::ranges::all_of(dependencies_, [&](const Dependency& dependency) {
      return dependency.holds(value.as_document());
    });
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("dependencies", out);
    out.begin_array("failingDependencies");
    for (const Dependency& dependency : dependencies_) {
      if (dependency.holds(value.as_document())) continue;
      out.push_document();
      out.append("conditionalProperty", dependency.property);
      if (dependency.schema == nullptr) {
        append_missing(dependency.names, value.as_document(), out);
      } else {
        out.begin_array("details");
        dependency.schema->explain(value, out);
        out.end();
      }
      out.end();
    }
    out.end().end();
  }

 private:
  std::vector<Dependency> dependencies_;
};

Status parse_dependency_names(const Element& field, Names& names) {
  const std::string name(field.name);
  for (const Element& element : field.value.as_document()) {
    if (!element.value.is_string()) {
      return {ErrorCode::kTypeMismatch,
              "array '" + name +
                  "' in $jsonSchema keyword 'dependencies' can only contain strings, but found "
                  "element of type: " +
                  std::string(type_name(element.value.type()))};
    }
    const std::string_view other = element.value.as_string();
    if (std::ranges::find(names, other) != names.end()) {
      return {ErrorCode::kFailedToParse,
              "array '" + name +
                  "' in $jsonSchema keyword 'dependencies' contains duplicate element: " +
                  std::string(other)};
    }
    names.push_back(other);
  }
  if (!names.empty()) return Status();
  return {ErrorCode::kFailedToParse,
          "property '" + name + "' in $jsonSchema keyword 'dependencies' cannot be an empty array"};
}

Status parse_dependencies(SchemaParts& parts) {
  const ValueView argument = parts["dependencies"];
  if (argument.missing()) return Status();
  if (!argument.is_document()) return wrong_type("dependencies", "must be an object");
  std::vector<Dependency> dependencies;
  for (const Element& field : argument.as_document()) {
    Dependency dependency{.property = field.name};
    if (field.value.is_document()) {
      CAIRN_ASSIGN_OR_RETURN(dependency.schema, parts.nested(field.value.as_document()));
    } else if (field.value.is_array()) {
      CAIRN_RETURN_IF_ERROR(parse_dependency_names(field, dependency.names));
    } else {
      return {ErrorCode::kTypeMismatch,
              "property '" + std::string(field.name) +
                  "' in $jsonSchema keyword 'dependencies' must be either an object or an array"};
    }
    dependencies.push_back(std::move(dependency));
  }
  if (!parts.may_be(BsonType::kDocument)) return Status();
  parts.rules.push_back(std::make_unique<Dependencies>(std::move(dependencies)));
  return Status();
}

}  // namespace

Status parse_object_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_properties(parts));
  CAIRN_RETURN_IF_ERROR(parse_additional_properties(parts));
  CAIRN_RETURN_IF_ERROR(parse_required(parts));
  CAIRN_RETURN_IF_ERROR(parse_property_count(parts, "minProperties", false));
  CAIRN_RETURN_IF_ERROR(parse_property_count(parts, "maxProperties", true));
  return parse_dependencies(parts);
}

}  // namespace cairn::match
