#include "engine/update/array_filters.h"

#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::update {
namespace {

Status in_context(const Status& status) {
  return {status.code(),
          "Error parsing array filter :: caused by :: " + std::string(status.message())};
}

// `{$all: []}` or its negation, which MongoDB takes for a constant without a name.
bool asks_nothing(ValueView condition) {
  if (!condition.is_document() || condition.as_document().count() != 1) return false;
  const Element only = *condition.as_document().begin();
  if (only.name == "$not") return asks_nothing(only.value);
  return only.name == "$all" && only.value.is_array() && only.value.as_document().empty();
}

// Finds the one name on which all of a filter's conditions stand.
Status find_name(DocumentView filter, std::string_view& name) {
  for (const Element& field : filter) {
    if (field.name.starts_with('$')) {
      if (!field.value.is_array()) continue;
      for (const Element& part : field.value.as_document()) {
        if (part.value.is_document()) {
          CAIRN_RETURN_IF_ERROR(find_name(part.value.as_document(), name));
        }
      }
      continue;
    }
    if (asks_nothing(field.value)) continue;
    const std::string_view first = field.name.substr(0, field.name.find('.'));
    if (!name.empty() && name != first) {
      return in_context({ErrorCode::kFailedToParse,
                         fmt::format("Expected a single top-level field name, found '{}' and '{}'",
                                     name, first)});
    }
    name = first;
  }
  return Status();
}

bool is_identifier(std::string_view name) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto inner = [lower](char c) {
    return lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && lower(name.front()) && std::all_of(name.begin(), name.end(), inner);
}

}  // namespace

Result<bool> ArrayFilters::Filter::selects(ValueView element, std::string& buffer) const {
  buffer.clear();
  DocumentBuilder wrapped(buffer);
  wrapped.append(name, element);
  wrapped.finish();
  return matcher.matches(DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data())));
}

Result<ArrayFilters> ArrayFilters::parse(DocumentView array, const match::MatchOptions& options) {
  ArrayFilters filters;
  for (const Element& element : array) {
    const DocumentView filter = element.value.as_document();
    auto matcher = match::Matcher::parse(filter, {.bindings = options.bindings,
                                                  .collation = options.collation,
                                                  .allowed = match::kOfElements});
    if (!matcher.ok()) return in_context(matcher.status());
    std::string_view name;
    CAIRN_RETURN_IF_ERROR(find_name(filter, name));
    if (name.empty()) {
      return Status(ErrorCode::kFailedToParse,
                    "Cannot use an expression without a top-level field name in arrayFilters");
    }
    if (!is_identifier(name)) {
      return in_context(
          {ErrorCode::kBadValue,
           fmt::format("The top-level field name must be an alphanumeric string beginning with a "
                       "lowercase letter, found '{}'",
                       name)});
    }
    if (filters.find(name) != nullptr) {
      return Status(
          ErrorCode::kFailedToParse,
          fmt::format("Found multiple array filters with the same top-level field name {}", name));
    }
    filters.filters_.push_back({std::string(name), std::move(*matcher)});
  }
  return filters;
}

const ArrayFilters::Filter* ArrayFilters::find(std::string_view name) const {
  const auto found = std::find_if(filters_.begin(), filters_.end(),
                                  [name](const Filter& filter) { return filter.name == name; });
  return found == filters_.end() ? nullptr : &*found;
}

const ArrayFilters::Filter* ArrayFilters::use(std::string_view name) {
  for (Filter& filter : filters_) {
    if (filter.name != name) continue;
    filter.used = true;
    return &filter;
  }
  return nullptr;
}

Status ArrayFilters::check_all_used(DocumentView update) const {
  for (const Filter& filter : filters_) {
    if (filter.used) continue;
    return {ErrorCode::kFailedToParse,
            fmt::format("The array filter for identifier '{}' was not used in the update {}",
                        filter.name, to_shell_text(update))};
  }
  return Status();
}

}  // namespace cairn::update
