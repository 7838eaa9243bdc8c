#include "engine/match/explain/leaf.h"

#include "engine/bson/path.h"
#include "engine/match/geo/geometry.h"

#include <algorithm>
#include <set>
#include <span>

namespace cairn::match {
namespace {

constexpr BsonType kNumbers[] = {BsonType::kDecimal128, BsonType::kDouble, BsonType::kInt32,
                                 BsonType::kInt64};
constexpr BsonType kNumbersAndBinary[] = {BsonType::kBinary, BsonType::kDecimal128,
                                          BsonType::kDouble, BsonType::kInt32, BsonType::kInt64};
constexpr BsonType kTexts[] = {BsonType::kRegex, BsonType::kString, BsonType::kSymbol};
constexpr BsonType kArrays[] = {BsonType::kArray};

struct Words {
  std::string_view name;
  std::string_view failed;
  std::string_view succeeded;
  std::span<const BsonType> types = {};  // that the operator looks at; none: all
  LeafArray arrays = LeafArray::kExpand;
};

constexpr std::string_view kComparisonFailed = "comparison failed";
constexpr std::string_view kComparisonSucceeded = "comparison succeeded";
constexpr std::string_view kBitsFailed = "bitwise operator failed to match";
constexpr std::string_view kBitsSucceeded = "bitwise operator matched successfully";

constexpr Words kWords[] = {
    {"$eq", kComparisonFailed, kComparisonSucceeded},
    {"$ne", kComparisonFailed, kComparisonSucceeded},
    {"$gt", kComparisonFailed, kComparisonSucceeded},
    {"$gte", kComparisonFailed, kComparisonSucceeded},
    {"$lt", kComparisonFailed, kComparisonSucceeded},
    {"$lte", kComparisonFailed, kComparisonSucceeded},
    {"$in", "no matching value found in array", "matching value found in array"},
    {"$nin", "no matching value found in array", "matching value found in array"},
    {"$type", "type did not match", "type did match"},
    {"$regex", "regular expression did not match", "regular expression did match", kTexts},
    {"$mod", "$mod did not evaluate to expected remainder",
     "$mod did evaluate to expected remainder", kNumbers},
    {"$size", "array length was not equal to given size", "array length was equal to given size",
     kArrays, LeafArray::kWhole},
    {"$elemMatch", "array did not satisfy the child predicate",
     "array did satisfy the child predicate", kArrays, LeafArray::kWhole},
    {"$all",
     "array did not contain all specified values",
     "array did contain all specified values",
     {},
     LeafArray::kWhole},
    {"$bitsAllSet", kBitsFailed, kBitsSucceeded, kNumbersAndBinary},
    {"$bitsAllClear", kBitsFailed, kBitsSucceeded, kNumbersAndBinary},
    {"$bitsAnySet", kBitsFailed, kBitsSucceeded, kNumbersAndBinary},
    {"$bitsAnyClear", kBitsFailed, kBitsSucceeded, kNumbersAndBinary},
    {"$geoWithin",
     "none of the considered geometries were contained within the expression’s geometry",
     "at least one of considered geometries was contained within the expression’s geometry"},
    {"$geoIntersects", "none of the considered geometries intersected the expression’s geometry",
     "at least one of considered geometries intersected the expression’s geometry"},
};

const Words& words_of(std::string_view name) {
  if (name == "$within") name = "$geoWithin";
  const auto* found = std::ranges::find(kWords, name, &Words::name);
  return found == std::end(kWords) ? kWords[0] : *found;
}

struct Considered {
  std::vector<ValueView> values;
  bool found = false;  // an empty array is something, too
  bool geometry = false;
};

Considered consider(const Explained& clause, LeafArray arrays, DocumentView document) {
  Considered considered;
  visit_path(document, FieldPath(clause.path), LeafArray::kWhole, [&](const PathValue& leaf) {
    if (leaf.value.missing()) return false;
    considered.found = true;
    considered.geometry = considered.geometry || stored_geometry(leaf.value).has_value();
    if (!leaf.value.is_array() || arrays == LeafArray::kWhole) {
      considered.values.push_back(leaf.value);
      return false;
    }
    for (const Element& element : leaf.value.as_document()) {
      considered.values.push_back(element.value);
      considered.geometry = considered.geometry || stored_geometry(element.value).has_value();
    }
    return false;
  });
  return considered;
}

void append_values(const std::vector<ValueView>& values, DocumentBuilder& out) {
  if (values.size() == 1) {
    out.append("consideredValue", values.front());
    return;
  }
  out.begin_array("consideredValues");
  for (const ValueView value : values) out.push(value);
  out.end();
}

void append_types(const std::set<std::string_view>& types, std::string_view one,
                  std::string_view several, DocumentBuilder& out) {
  if (types.size() == 1) {
    out.append(one, *types.begin());
    return;
  }
  out.begin_array(several);
  for (const std::string_view type : types) out.push(type);
  out.end();
}

std::set<std::string_view> types_of(const std::vector<ValueView>& values) {
  std::set<std::string_view> types;
  for (const ValueView value : values) types.insert(type_name(value.type()));
  return types;
}

// Whether the operator cannot look at any of the values.
bool none_fits(std::span<const BsonType> types, const std::vector<ValueView>& values) {
  return !types.empty() && std::ranges::none_of(values, [&](ValueView value) {
    return std::ranges::find(types, value.type()) != types.end();
  });
}

void explain_types(std::span<const BsonType> expected, const std::vector<ValueView>& values,
                   DocumentBuilder& out) {
  out.append("reason", "type did not match");
  append_types(types_of(values), "consideredType", "consideredTypes", out);
  std::set<std::string_view> names;
  for (const BsonType type : expected) names.insert(type_name(type));
  append_types(names, "expectedType", "expectedTypes", out);
  append_values(values, out);
}

}  // namespace

void explain_leaf(const Explained& clause, Outcome outcome, DocumentView document,
                  DocumentBuilder& out) {
  out.append("operatorName", clause.operator_name).append("specifiedAs", clause.filter.view());
  const bool negative = clause.operator_name == "$ne" || clause.operator_name == "$nin";
  const Outcome inner = negative ? opposite(outcome) : outcome;
  if (clause.operator_name == "$exists") {
    const bool exists = (outcome == Outcome::kSucceeded) == clause.argument.truthy();
    out.append("reason", exists ? "path does exist" : "path does not exist");
    return;
  }
  const Words& words = words_of(clause.operator_name);
  const Considered considered = consider(clause, words.arrays, document);
  if (!considered.found) {
    out.append("reason", "field was missing");
    return;
  }
  if (inner == Outcome::kFailed && none_fits(words.types, considered.values)) {
    return explain_types(words.types, considered.values, out);
  }
  const bool geo = words.name.starts_with("$geo");
  if (geo && !considered.geometry) {
    out.append("reason", "could not find a valid geometry at the given path");
  } else {
    out.append("reason", inner == Outcome::kFailed ? words.failed : words.succeeded);
  }
  append_values(considered.values, out);
  if (words.name == "$type") {
    append_types(types_of(considered.values), "consideredType", "consideredTypes", out);
  }
}

}  // namespace cairn::match
