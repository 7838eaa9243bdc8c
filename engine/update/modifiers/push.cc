// $push: appends to an array; with $each many values, at $position, in $sort order, cut to $slice.
#include "engine/bson/path.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace cairn::update {
namespace {

// One field of a `$sort` on embedded documents. Unlike a query's sort it compares arrays as a
// whole.
struct SortField {
  FieldPath path;
  bool descending;

  ValueView find(ValueView element) const {
    static constexpr std::uint8_t kNothing = 0;
    ValueView value = element;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (!value.is_document() && !(i > 0 && value.is_array())) return null(kNothing);
      value = value.as_document().find(path.name(i));
    }
    return value.missing() ? null(kNothing) : value;
  }
  static ValueView null(const std::uint8_t& nothing) { return {BsonType::kNull, &nothing, 0}; }
};

struct PushOptions {
  std::vector<ValueView> values;
  std::optional<std::int64_t> position;
  std::optional<std::int64_t> slice;
  std::optional<int> sort_values;  // 1 or -1: whole elements
  std::vector<SortField> sort_fields;
};

class Push final : public Modifier {
 public:
  Push(PushOptions options, const Collation* collation)
      : options_(std::move(options)), collation_(collation) {}

  Result<Effect> apply(ValueView current, const Place& place,
                       Application& application) const override {
    if (!current.missing() && !current.is_array()) {
      return Status(
          ErrorCode::kBadValue,
          fmt::format("The field '{}' must be an array but is of type {} in document {{{}}}",
                      place.path(), type_name(current.type()), application.id_text()));
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
    return Effect::set(pushed.take_array());
  }

  bool appends() const override { return true; }

 private:
  std::ptrdiff_t insertion_point(std::size_t size) const {
    const auto end = static_cast<std::int64_t>(size);
    const std::int64_t position = options_.position.value_or(end);
    return position < 0 ? std::max<std::int64_t>(0, end + position) : std::min(position, end);
  }

  void sort(std::vector<ValueView>& elements) const {
    if (options_.sort_values) {
      std::stable_sort(elements.begin(), elements.end(), [this](ValueView a, ValueView b) {
        const auto order = compare(a, b, collation_);
        return *options_.sort_values > 0 ? order < 0 : order > 0;
      });
    }
    if (!options_.sort_fields.empty()) {
      std::stable_sort(elements.begin(), elements.end(),
                       [this](ValueView a, ValueView b) { return comes_before(a, b); });
    }
  }

  bool comes_before(ValueView a, ValueView b) const {
    for (const SortField& field : options_.sort_fields) {
      const auto order = compare(field.find(a), field.find(b), collation_);
      if (order != 0) return field.descending ? order > 0 : order < 0;
    }
    return false;
  }

  std::pair<std::size_t, std::size_t> window(std::size_t size) const {
    if (!options_.slice) return {0, size};
    const std::int64_t slice = *options_.slice;
    const auto kept = static_cast<std::size_t>(
        std::min<std::uint64_t>(size, slice < 0 ? 0 - static_cast<std::uint64_t>(slice) : slice));
    return slice < 0 ? std::pair{size - kept, size} : std::pair{std::size_t{0}, kept};
  }

  PushOptions options_;
  const Collation* collation_;
};

// As an int64, where it is a whole number.
std::optional<std::int64_t> whole_number(ValueView value) {
  return value.is_number() ? value.to_int64_exact() : std::nullopt;
}

Status check_sort_field(const Element& field) {
  const auto order = whole_number(field.value);
  if (!order || (*order != 1 && *order != -1)) {
    return {ErrorCode::kBadValue, "The sort element value must be either 1 or -1"};
  }
  if (field.name.empty()) return {ErrorCode::kBadValue, "The sort field cannot be empty"};
  const FieldPath path(field.name);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!path.name(i).empty()) continue;
    return {ErrorCode::kBadValue,
            fmt::format("The sort field is a dotted field but has an empty part: {}", field.name)};
  }
  return Status();
}

Status parse_sort(ValueView value, PushOptions& options) {
  if (value.is_document()) {
    if (value.as_document().empty()) {
      return {ErrorCode::kBadValue, "The sort pattern is empty when it should be a set of fields."};
    }
    for (const Element& field : value.as_document()) {
      CAIRN_RETURN_IF_ERROR(check_sort_field(field));
      options.sort_fields.push_back({FieldPath(field.name), field.value.to_int64_clamped() < 0});
    }
    return Status();
  }
  if (!value.is_number()) {
    return {ErrorCode::kBadValue,
            "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort "
            "embedded fields"};
  }
  const auto order = whole_number(value);
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
  if (option.name == "$slice") {
    options.slice = whole_number(option.value);
    if (options.slice) return Status();
    return {ErrorCode::kBadValue,
            fmt::format("The value for $slice must be an integer value but was given type: {}",
                        type_name(option.value.type()))};
  }
  if (option.name == "$position") {
    options.position = whole_number(option.value);
    if (options.position) return Status();
    return {ErrorCode::kBadValue,
            fmt::format("The value for $position must be an integer value, not of type: {}",
                        type_name(option.value.type()))};
  }
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
  return tree.add(path, std::make_unique<Push>(std::move(options), tree.collation().get()));
}

}  // namespace

extern const ModifierRow row_push{"$push", parse_push};

}  // namespace cairn::update
