#include "engine/expr/array_order.h"

#include "engine/expr/arrays.h"
#include "engine/expr/sort_values.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Status wrong_pattern(std::string_view why) {
  return {location(2942505), fmt::format("BadValue: {}", why)};
}

// 1 or -1, or nothing.
std::optional<bool> is_descending(ValueView direction) {
  const auto number = exact_int32(direction);
  if (!number || (*number != 1 && *number != -1)) return std::nullopt;
  return *number == -1;
}

Status check_path(std::string_view path) {
  if (path.empty()) return wrong_pattern("The sort field cannot be empty");
  if (path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos) {
    return wrong_pattern(
        fmt::format("The sort field is a dotted field but has an empty part: {}", path));
  }
  return Status();
}

// Through documents by name and through arrays by position; null where it ends early.
ValueView key_of(ValueView value, const FieldPath& path) {
  if (!value.is_document()) return Evaluation::null();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!value.is_document() && !value.is_array()) return Evaluation::null();
    value = value.as_document().find(path.name(i));
  }
  return value.missing() ? Evaluation::null() : value;
}

}  // namespace

Result<ArrayOrder> ArrayOrder::parse(ValueView sort_by, const Collation* collation) {
  ArrayOrder order;
  order.collation_ = collation;
  if (sort_by.is_document()) {
    CAIRN_RETURN_IF_ERROR(order.parse_keys(sort_by.as_document()));
    return order;
  }
  if (!sort_by.is_number()) {
    return Status(location(2942507),
                  "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to "
                  "sort embedded fields");
  }
  const auto descending = is_descending(sort_by);
  if (!descending) {
    return Status(location(2942506), "The $sort element value must be either 1 or -1");
  }
  order.descending_ = *descending;
  return order;
}

Status ArrayOrder::parse_keys(DocumentView pattern) {
  if (pattern.empty()) {
    return wrong_pattern("The sort pattern is empty when it should be a set of fields.");
  }
  for (const Element& field : pattern) {
    const auto descending = is_descending(field.value);
    if (!descending) return wrong_pattern("The sort element value must be either 1 or -1");
    CAIRN_RETURN_IF_ERROR(check_path(field.name));
    keys_.push_back({FieldPath(field.name), *descending});
  }
  return Status();
}

bool ArrayOrder::before(ValueView a, ValueView b) const {
  if (keys_.empty()) {
    const auto order = compare(a, b, collation_);
    return descending_ ? order > 0 : order < 0;
  }
  for (const Key& key : keys_) {
    const auto order = compare(key_of(a, key.path), key_of(b, key.path), collation_);
    if (order != 0) return key.descending ? order > 0 : order < 0;
  }
  return false;
}

ValueView ArrayOrder::first_equal_to_last(std::span<const ValueView> sorted) const {
  std::size_t at = sorted.size() - 1;
  while (at > 0 && !before(sorted[at - 1], sorted[at])) --at;
  return sorted[at];
}

Status ArrayOrder::sort(std::vector<ValueView>& values, Evaluation& evaluation) const {
  return sort_values(
      values, [this](ValueView a, ValueView b) { return before(a, b); }, evaluation);
}

}  // namespace cairn::expr
