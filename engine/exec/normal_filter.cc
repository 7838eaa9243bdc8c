#include "engine/exec/normal_filter.h"

#include "engine/bson/canonical_type.h"
#include "engine/match/type_set.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::exec {
namespace {

bool is_logical(std::string_view name) { return name == "$and" || name == "$or" || name == "$nor"; }

bool has_operators(ValueView value) {
  if (!value.is_document() || value.as_document().empty()) return false;
  return value.as_document().begin()->name.starts_with('$');
}

// Types by their numbers, whatever they were called; "number" stands for several.
void append_type(ValueView type, DocumentBuilder& out) {
  if (const auto known = match::type_named(type)) {
    out.push(static_cast<std::int32_t>(static_cast<std::int8_t>(*known)));
  } else {
    out.push(type);
  }
}

void append_types(ValueView types, DocumentBuilder& out) {
  out.begin_array("$type");
  if (types.is_array()) {
    for (const Element& type : types.as_document()) append_type(type.value, out);
  } else {
    append_type(types, out);
  }
  out.end();
}

// What is the negation of another operator is shown so.
void append_operation(const Element& operation, DocumentBuilder& out) {
  if (operation.name == "$ne") {
    out.begin_document("$not").append("$eq", operation.value).end();
  } else if (operation.name == "$nin") {
    out.begin_document("$not").append("$in", operation.value).end();
  } else if (operation.name == "$exists" && !operation.value.truthy()) {
    out.begin_document("$not").append("$exists", true).end();
  } else if (operation.name == "$type") {
    append_types(operation.value, out);
  } else if (operation.name == "$elemMatch" && operation.value.is_document() &&
             !has_operators(operation.value)) {
    out.append(operation.name, normal_filter(operation.value.as_document()));
  } else {
    out.append(operation.name, operation.value);
  }
}

// The conditions of a filter that all must hold, each a document of its own.
// As MongoDB shows it: the pattern as a string, and its options if it has any.
void append_regex(ValueView regex, ValueView options, DocumentBuilder& builder) {
  if (regex.type() != BsonType::kRegex) {
    builder.append("$regex", regex);
    if (options.is_string() && !options.as_string().empty()) builder.append("$options", options);
    return;
  }
  const RegexView view = regex.as_regex();
  builder.append("$regex", view.pattern);
  if (options.is_string() && !options.as_string().empty()) {
    builder.append("$options", options);
  } else if (!view.options.empty()) {
    builder.append("$options", view.options);
  }
}

void append_conditions(DocumentView filter, std::vector<Document>& conditions) {
  for (const Element& field : filter) {
    if (field.name == "$and" && field.value.is_array()) {
      for (const Element& part : field.value.as_document()) {
        append_conditions(part.value.as_document(), conditions);
      }
    } else if (is_logical(field.name) && field.value.is_array()) {
      DocumentBuilder builder;
      builder.begin_array(field.name);
      for (const Element& part : field.value.as_document()) {
        builder.push(normal_filter(part.value.as_document()).view());
      }
      builder.end();
      conditions.push_back(builder.take());
    } else if (field.name.starts_with('$')) {
      if (field.name == "$comment") continue;
      DocumentBuilder builder;
      conditions.push_back(builder.append(field.name, field.value).take());
    } else if (has_operators(field.value)) {
      for (const Element& operation : field.value.as_document()) {
        if (operation.name == "$options") continue;  // told with its $regex
        DocumentBuilder builder;
        builder.begin_document(field.name);
        if (operation.name == "$regex") {
          append_regex(operation.value, field.value.as_document()["$options"], builder);
        } else {
          append_operation(operation, builder);
        }
        builder.end();
        conditions.push_back(builder.take());
      }
    } else {
      DocumentBuilder builder;
      builder.begin_document(field.name);
      if (field.value.type() == BsonType::kRegex) {
        append_regex(field.value, ValueView(), builder);
      } else {
        builder.append("$eq", field.value);
      }
      builder.end();
      conditions.push_back(builder.take());
    }
  }
}

struct Bound {
  std::string text;
  bool inclusive = true;
};
struct Interval {
  Bound lower{"MinKey"};
  Bound upper{"MaxKey"};
};

// Where values of this type begin and end among all values.
Interval bracket(ValueView value) {
  switch (canonical_type(value.type())) {
    case 10:
      return {{"-inf"}, {"inf"}};
    case 15:
      return {{"\"\""}, {"{}", false}};
    case 20:
      return {{"{}"}, {"[]", false}};
    case 35:
      return {{"ObjectId('000000000000000000000000')"}, {"ObjectId('ffffffffffffffffffffffff')"}};
    case 40:
      return {{"false"}, {"true"}};
    case 45:
      return {{"new Date(-9223372036854775808)"}, {"new Date(9223372036854775807)"}};
    default:
      return {};
  }
}

std::string text_of(ValueView value) {
  if (value.type() == BsonType::kObjectId) {
    return "ObjectId('" + value.as_object_id().to_hex() + "')";
  }
  if (value.type() == BsonType::kDate) {
    return "new Date(" + std::to_string(value.as_date().milliseconds) + ")";
  }
  return to_json(value);
}

void narrow(std::string_view operation, ValueView value, Interval& interval) {
  const bool lower = operation == "$gt" || operation == "$gte";
  const Bound bound{text_of(value), operation == "$gte" || operation == "$lte"};
  const Interval all = bracket(value);
  if (interval.lower.text == "MinKey") interval.lower = all.lower;
  if (interval.upper.text == "MaxKey") interval.upper = all.upper;
  (lower ? interval.lower : interval.upper) = bound;
}

std::string written(const Bound& from, const Bound& to) {
  return (from.inclusive ? "[" : "(") + from.text + ", " + to.text + (to.inclusive ? "]" : ")");
}

}  // namespace

Document normal_filter(DocumentView filter) {
  std::vector<Document> conditions;
  append_conditions(filter, conditions);
  if (conditions.empty()) return Document();
  if (conditions.size() == 1) return std::move(conditions.front());
  DocumentBuilder builder;
  builder.begin_array("$and");
  for (const Document& condition : conditions) builder.push(condition.view());
  builder.end();
  return builder.take();
}

Value id_bounds_text(DocumentView filter, bool backward) {
  std::vector<Document> conditions;
  append_conditions(filter, conditions);
  Interval interval;
  std::vector<std::string> points;
  for (const Document& condition : conditions) {
    const ValueView on_id = condition["_id"];
    if (!on_id.is_document() || on_id.as_document().empty()) continue;
    const Element operation = *on_id.as_document().begin();
    if (operation.name == "$eq") {
      points = {text_of(operation.value)};
    } else if (operation.name == "$in" && operation.value.is_array()) {
      points.clear();
      for (const Element& element : operation.value.as_document()) {
        points.push_back(text_of(element.value));
      }
    } else if (operation.name.starts_with("$gt") || operation.name.starts_with("$lt")) {
      narrow(operation.name, operation.value, interval);
    }
  }
  DocumentBuilder builder;
  if (backward) std::reverse(points.begin(), points.end());
  for (const std::string& point : points) builder.push(written({point}, {point}));
  if (points.empty()) {
    builder.push(backward ? written(interval.upper, interval.lower)
                          : written(interval.lower, interval.upper));
  }
  return builder.take_array();
}

}  // namespace cairn::exec
