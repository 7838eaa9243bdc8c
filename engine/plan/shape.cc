#include "engine/plan/shape.h"

#include "engine/bson/hash.h"
#include "engine/match/outline.h"
#include "engine/plan/conditions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace cairn::plan {
namespace {

using match::Condition;

// Whether the kinds of values belong to a shape.
enum class Kinds : std::uint8_t { kTold, kLeftOut };

std::string text_of(const std::vector<Condition>& conditions, Kinds kinds);

// One value in an `$in` is asked for as by `$eq`.
std::string_view name_of(const Condition& condition) {
  const ValueView values = condition.argument;
  const bool one = condition.asks == Condition::Asks::kIn && values.is_array() &&
                   values.as_document().count() == 1 &&
                   values.as_document().begin()->value.type() != BsonType::kRegex;
  return one ? std::string_view("$eq") : std::string_view(condition.name);
}

// Of regular expressions it matters whether they have a prefix; of values nothing but whether they
// are of a kind that bounds differently.
std::string text_of(const Condition& condition, Kinds kinds) {
  std::string parts;
  if (!condition.parts.empty()) parts = text_of(condition.parts, kinds);
  if (kinds == Kinds::kLeftOut) {
    return fmt::format("{}:{}{}", condition.path, name_of(condition), parts);
  }
  std::string text = fmt::format("{}:{}", condition.path, condition.name);
  if (condition.asks == Condition::Asks::kRegex) text += condition.pattern.starts_with('^');
  if (condition.argument.is_string()) text += 's';
  if (condition.argument.type() == BsonType::kNull) text += 'n';
  if (condition.argument.is_array()) text += 'a';
  return text + parts;
}

std::string text_of(const std::vector<Condition>& conditions, Kinds kinds) {
  std::vector<std::string> all;
  for (const Condition& condition : conditions) all.push_back(text_of(condition, kinds));
  std::sort(all.begin(), all.end());
  std::string text = "(";
  for (const std::string& one : all) text += one + ",";
  return text + ")";
}

std::string collation_of(const match::Matcher& matcher) {
  if (matcher.collation() == nullptr) return {};
  return "|" + to_json(matcher.collation()->specification().view().as_value());
}

std::string order_of(DocumentView sort) {
  std::string text;
  for (const Element& field : sort) {
    const ValueView way = field.value;
    text += fmt::format("{}:{},", field.name,
                        !way.is_number()      ? to_json(way)
                        : way.to_double() < 0 ? "-"
                                              : "+");
  }
  return text;
}

bool is_flag(ValueView value) { return value.is_number() || value.type() == BsonType::kBool; }

// Those that a projection by inclusion needs; of one by exclusion, which needs all, nothing.
std::string fields_of(DocumentView projection) {
  std::vector<std::string> kept;
  bool id = true;
  for (const Element& field : projection) {
    if (!is_flag(field.value)) return to_json(projection.as_value());
    const bool keeps = field.value.truthy();
    if (field.name == "_id" && !keeps) id = false;
    if (field.name != "_id" && !keeps) return {};
    if (keeps) kept.emplace_back(field.name);
  }
  if (kept.empty()) return {};
  if (id) kept.emplace_back("_id");
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return fmt::format("{}", fmt::join(kept, ","));
}

}  // namespace

std::string filter_shape_of(const match::Matcher& matcher, DocumentView sort,
                            DocumentView projection) {
  return fmt::format("{}|{}|{}{}", text_of(match::outline(matcher.filter()), Kinds::kLeftOut),
                     order_of(sort), fields_of(projection), collation_of(matcher));
}

std::string shape_of(const match::Matcher& matcher, DocumentView sort, DocumentView projection) {
  std::string shape = text_of(conditions_of(matcher), Kinds::kTold);
  shape += "|" + to_json(sort.as_value());
  shape += "|" + to_json(projection.as_value());
  return shape + collation_of(matcher);
}

std::string shape_hash(std::string_view shape) {
  return fmt::format("{:08X}", hash_bytes(shape) & 0xFFFFFFFF);
}

}  // namespace cairn::plan
