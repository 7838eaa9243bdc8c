// minItems, maxItems, uniqueItems, items, additionalItems.
#include "engine/match/integer.h"
#include "engine/match/schema/rule.h"

#include <unordered_map>

namespace cairn::match {
namespace {

TypeSet arrays() {
  TypeSet types;
  types.add(BsonType::kArray);
  return types;
}

Status parse_item_count(SchemaParts& parts, std::string_view keyword, bool most) {
  const ValueView argument = parts[keyword];
  if (argument.missing()) return Status();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t limit, parse_non_negative({keyword, argument}));
  if (!parts.may_be(BsonType::kArray)) return Status();
  parts.rules.push_back(simple_rule(
      {.keyword = {keyword, argument},
       .types = arrays(),
       .reason = "array did not match specified length",
       .holds =
           [limit, most](ValueView value) {
             const std::int64_t count = value.as_document().count();
             return most ? count <= limit : count >= limit;
           },
       .consider =
           [](ValueView value, DocumentBuilder& out) {
             out.append("consideredValue", value);
             out.append("numberOfItems", static_cast<std::int32_t>(value.as_document().count()));
           }}));
  return Status();
}

// The first element that is equal to one before it; missing if there is none.
ValueView duplicate(DocumentView array) {
  std::unordered_multimap<std::uint64_t, ValueView> seen;
  Patience patience;
  for (const Element& element : array) {
    if (patience.over()) return {};
    const std::uint64_t hash = hash_unordered(element.value);
    const auto [begin, end] = seen.equal_range(hash);
    for (auto before = begin; before != end; ++before) {
      if (equal_unordered(before->second, element.value)) return element.value;
    }
    seen.emplace(hash, element.value);
  }
  return {};
}

Status parse_unique_items(SchemaParts& parts) {
  const ValueView argument = parts["uniqueItems"];
  if (argument.missing()) return Status();
  if (argument.type() != BsonType::kBool) return wrong_type("uniqueItems", "must be a boolean");
  if (!argument.as_bool() || !parts.may_be(BsonType::kArray)) return Status();
  parts.rules.push_back(simple_rule(
      {.keyword = {"uniqueItems", argument},
       .types = arrays(),
       .reason = "found a duplicate item",
       .holds = [](ValueView value) { return duplicate(value.as_document()).missing(); },
       .consider =
           [](ValueView value, DocumentBuilder& out) {
             out.append("consideredValue", value);
             out.append("duplicatedValue", duplicate(value.as_document()));
           }}));
  return Status();
}

// Elements from `first` on, all by one schema: `items: {…}`, `additionalItems: {…}`.
class EachItem final : public Rule {
 public:
  EachItem(std::string_view keyword, std::string_view reason, std::int32_t first, SchemaPtr schema)
      : keyword_(keyword), reason_(reason), first_(first), schema_(std::move(schema)) {}

  bool holds(ValueView value) const override {
    return !value.is_array() || failing(value.as_document()).index < 0;
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    const Failing item = failing(value.as_document());
    begin_explanation(keyword_, out);
    schema_->annotate(out);
    out.append("reason", reason_).append("itemIndex", item.index).begin_array("details");
    schema_->explain(item.value, out);
    out.end().end();
  }

 private:
  struct Failing {
    std::int32_t index = -1;
    ValueView value;
  };
  Failing failing(DocumentView array) const {
    std::int32_t index = 0;
    Patience patience;
    for (const Element& element : array) {
      if (patience.over()) return {index, element.value};
      if (index >= first_ && !schema_->holds(element.value)) return {index, element.value};
      ++index;
    }
    return {};
  }

  std::string_view keyword_;
  std::string_view reason_;
  std::int32_t first_;
  SchemaPtr schema_;
};

// `items: […]`: each element by the schema in its place.
class ItemsInPlace final : public Rule {
 public:
  explicit ItemsInPlace(std::vector<SchemaPtr> schemas) : schemas_(std::move(schemas)) {}

  bool holds(ValueView value) const override {
    return !value.is_array() || !visit_failing(value, [](std::size_t, ValueView) { return true; });
  }
  void explain(ValueView value, DocumentBuilder& out) const override {
    begin_explanation("items", out);
    out.begin_array("details");
    visit_failing(value, [&](std::size_t index, ValueView item) {
      out.push_document();
      out.append("itemIndex", static_cast<std::int64_t>(index)).begin_array("details");
      schemas_[index]->explain(item, out);
      out.end().end();
      return false;
    });
    out.end().end();
  }

 private:
  // Until a call returns true; tells whether one did.
  template <typename Visitor>
  bool visit_failing(ValueView value, const Visitor& visitor) const {
    std::size_t index = 0;
    for (const Element& element : value.as_document()) {
      if (index == schemas_.size()) return false;
      if (!schemas_[index]->holds(element.value) && visitor(index, element.value)) return true;
      ++index;
    }
    return false;
  }

  std::vector<SchemaPtr> schemas_;
};

RulePtr no_additional_items(ValueView argument, std::int32_t most) {
  return simple_rule({.keyword = {"additionalItems", argument},
                      .types = arrays(),
                      .reason = "found additional items",
                      .holds =
                          [most](ValueView value) {
                            return static_cast<std::int32_t>(value.as_document().count()) <= most;
                          },
                      .consider =
                          [most](ValueView value, DocumentBuilder& out) {
                            out.begin_array("additionalItems");
                            std::int32_t index = 0;
                            for (const Element& element : value.as_document()) {
                              if (index++ >= most) out.push(element.value);
                            }
                            out.end();
                          }});
}

Status parse_additional_items(SchemaParts& parts, std::int32_t first) {
  const ValueView argument = parts["additionalItems"];
  if (argument.type() == BsonType::kBool) {
    if (!argument.as_bool()) parts.rules.push_back(no_additional_items(argument, first));
    return Status();
  }
  if (!argument.is_document()) return Status();
  CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(argument.as_document()));
  parts.rules.push_back(std::make_unique<EachItem>(
      "additionalItems", "At least one additional item did not match the sub-schema", first,
      std::move(schema)));
  return Status();
}

Status parse_items_in_place(SchemaParts& parts, DocumentView list) {
  std::vector<SchemaPtr> schemas;
  for (const Element& element : list) {
    if (!element.value.is_document()) {
      return wrong_type("items",
                        "requires that each element of the array is an object, but found a " +
                            std::string(type_name(element.value.type())));
    }
    CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(element.value.as_document()));
    schemas.push_back(std::move(schema));
  }
  if (!parts.may_be(BsonType::kArray)) return Status();
  const auto count = static_cast<std::int32_t>(schemas.size());
  parts.rules.push_back(std::make_unique<ItemsInPlace>(std::move(schemas)));
  return parse_additional_items(parts, count);
}

Status parse_items(SchemaParts& parts) {
  const ValueView additional = parts["additionalItems"];
  if (!additional.missing() && !additional.is_document() && additional.type() != BsonType::kBool) {
    return wrong_type("additionalItems", "must be either an object or a boolean, but got a " +
                                             std::string(type_name(additional.type())));
  }
  const ValueView items = parts["items"];
  if (items.missing()) return Status();
  if (items.is_array()) return parse_items_in_place(parts, items.as_document());
  if (!items.is_document()) {
    return wrong_type("items",
                      "must be an array or an object, not " + std::string(type_name(items.type())));
  }
  CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, parts.nested(items.as_document()));
  if (!parts.may_be(BsonType::kArray)) return Status();
  parts.rules.push_back(std::make_unique<EachItem>(
      "items", "At least one item did not match the sub-schema", 0, std::move(schema)));
  return Status();
}

}  // namespace

Status parse_array_rules(SchemaParts& parts) {
  CAIRN_RETURN_IF_ERROR(parse_item_count(parts, "minItems", false));
  CAIRN_RETURN_IF_ERROR(parse_item_count(parts, "maxItems", true));
  CAIRN_RETURN_IF_ERROR(parse_unique_items(parts));
  return parse_items(parts);
}

}  // namespace cairn::match
