// $push: appends to an array; with $each many values, at $position, in $sort order, cut to $slice.
#include "engine/bson/sort_pattern.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace cairn::update {
namespace {

struct PushOptions {
  std::vector<ValueView> values;
  std::optional<std::int64_t> position;
  std::optional<std::int64_t> slice;
  std::optional<int> sort_values;  // 1 or -1: whole elements
  std::optional<SortPattern> sort_documents;
};

class Push final : public Modifier {
 public:
  explicit Push(PushOptions options) : options_(std::move(options)) {}

  Result<Effect> apply(ValueView current, std::string_view path,
                       Application& application) const override {
    if (!current.missing() && !current.is_array()) {
      return Status(ErrorCode::kBadValue,
                    fmt::format("The field '{}' must be an array but is of type {} in document {}",
                                path, type_name(current.type()), application.document_id()));
    }
    std::vector<ValueView> elements;
    if (current.is_array()) {
      for (const Element& element : current.as_document()) elements.push_back(element.value);
    }
    elements.insert(elements.begin() + insertion_point(elements.size()), options_.values.begin(),
                    options_.values.end());
    sort(elements);
    const auto [first, last] = window(elements.size());
    DocumentBuilder pushed;
    for (std::size_t i = first; i < last; ++i) pushed.push(elements[i]);
    return Effect::set(application.keep(pushed.take_array()));
  }

 private:
  std::ptrdiff_t insertion_point(std::size_t size) const {
    const auto end = static_cast<std::int64_t>(size);
    const std::int64_t position = options_.position.value_or(end);
    return position < 0 ? std::max<std::int64_t>(0, end + position) : std::min(position, end);
  }

  void sort(std::vector<ValueView>& elements) const {
    if (options_.sort_values) {
      std::stable_sort(elements.begin(), elements.end(), [this](ValueView a, ValueView b) {
        return *options_.sort_values > 0 ? compare(a, b) < 0 : compare(a, b) > 0;
      });
    }
    if (options_.sort_documents) {
      std::stable_sort(elements.begin(), elements.end(), [this](ValueView a, ValueView b) {
        return options_.sort_documents->compare_documents(fields(a), fields(b)) < 0;
      });
    }
  }

  static DocumentView fields(ValueView value) {
    return value.is_document() ? value.as_document() : DocumentView();
  }

  std::pair<std::size_t, std::size_t> window(std::size_t size) const {
    if (!options_.slice) return {0, size};
    const std::int64_t slice = *options_.slice;
    const auto kept = static_cast<std::size_t>(
        std::min<std::uint64_t>(size, slice < 0 ? 0 - static_cast<std::uint64_t>(slice) : slice));
    return slice < 0 ? std::pair{size - kept, size} : std::pair{std::size_t{0}, kept};
  }

  PushOptions options_;
};

Status parse_integer(std::string_view name, ValueView value, std::optional<std::int64_t>& out) {
  if (value.is_number()) out = value.to_int64_exact();
  if (out) return Status();
  return {ErrorCode::kBadValue,
          fmt::format("The value for {} must be an integer value but was given type: {}", name,
                      type_name(value.type()))};
}

Status parse_sort(ValueView value, PushOptions& options) {
  if (value.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(options.sort_documents, SortPattern::parse(value.as_document()));
    return Status();
  }
  const auto order = value.is_number() ? value.to_int64_exact() : std::nullopt;
  if (!order || (*order != 1 && *order != -1)) {
    return {ErrorCode::kBadValue, "The $sort element value must be either 1 or -1"};
  }
  options.sort_values = static_cast<int>(*order);
  return Status();
}

Status parse_option(const Element& option, PushOptions& options) {
  if (option.name == "$each") {
    if (!option.value.is_array()) {
      return {ErrorCode::kBadValue,
              fmt::format("The argument to $each in $push must be an array but it was of type: {}",
                          type_name(option.value.type()))};
    }
    for (const Element& element : option.value.as_document()) {
      options.values.push_back(element.value);
    }
    return Status();
  }
  if (option.name == "$slice") return parse_integer("$slice", option.value, options.slice);
  if (option.name == "$position") return parse_integer("$position", option.value, options.position);
  if (option.name == "$sort") return parse_sort(option.value, options);
  return {ErrorCode::kBadValue, fmt::format("Unrecognized clause in $push: {}", option.name)};
}

Status parse_push(std::string_view path, ValueView argument, PathTree& tree) {
  PushOptions options;
  if (!argument.is_document() || argument.as_document()["$each"].missing()) {
    options.values.push_back(argument);
  } else {
    for (const Element& option : argument.as_document()) {
      CAIRN_RETURN_IF_ERROR(parse_option(option, options));
    }
  }
  return tree.add(path, std::make_unique<Push>(std::move(options)));
}

}  // namespace

extern const ModifierRow row_push{"$push", parse_push};

}  // namespace cairn::update
