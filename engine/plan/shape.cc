#include "engine/plan/shape.h"

#include "engine/bson/hash.h"
#include "engine/match/outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cairn::plan {
namespace {

using match::Condition;

std::string text_of(const std::vector<Condition>& conditions);

// Of regular expressions it matters whether they have a prefix; of values nothing but whether they
// are of a kind that bounds differently.
std::string text_of(const Condition& condition) {
  std::string text = fmt::format("{}:{}", condition.path, condition.name);
  if (condition.asks == Condition::Asks::kRegex) text += condition.pattern.starts_with('^');
  if (condition.argument.is_string()) text += 's';
  if (condition.argument.type() == BsonType::kNull) text += 'n';
  if (condition.argument.is_array()) text += 'a';
  if (!condition.parts.empty()) text += text_of(condition.parts);
  return text;
}

std::string text_of(const std::vector<Condition>& conditions) {
  std::vector<std::string> all;
  for (const Condition& condition : conditions) all.push_back(text_of(condition));
  std::sort(all.begin(), all.end());
  std::string text = "(";
  for (const std::string& one : all) text += one + ",";
  return text + ")";
}

}  // namespace

std::string shape_of(const match::Matcher& matcher, DocumentView sort, DocumentView projection) {
  std::string shape = text_of(match::outline(matcher.filter()));
  shape += "|" + to_json(sort.as_value());
  shape += "|" + to_json(projection.as_value());
  if (matcher.collation() != nullptr) {
    shape += "|" + to_json(matcher.collation()->specification().view().as_value());
  }
  return shape;
}

std::string shape_hash(std::string_view shape) {
  return fmt::format("{:08X}", hash_bytes(shape) & 0xFFFFFFFF);
}

}  // namespace cairn::plan
