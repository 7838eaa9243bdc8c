#include "engine/aggregate/window_bounds.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/expr/arithmetic.h"
#include "engine/expr/expression.h"

namespace cairn::aggregate {
namespace {

Status failed(std::string message) { return {ErrorCode::kFailedToParse, std::move(message)}; }

bool is_current(ValueView value) { return value.is_string() && value.as_string() == "current"; }

// Missing for "unbounded".
Result<Value> parse_bound(ValueView value) {
  if (value.is_string() && value.as_string() == "unbounded") return Value();
  if (is_current(value)) return Value::int32(0);
  if (value.is_number()) return Value(value);
  return failed("Window bounds must be 'unbounded', 'current', or a number.");
}

Status parse_pair(const Element& field, WindowBounds& bounds) {
  if (!field.value.is_array() || field.value.as_document().count() != 2) {
    return failed(fmt::format("Window bounds must be a 2-element array: {}: {}", field.name,
                              to_json(field.value)));
  }
  auto element = field.value.as_document().begin();
  bounds.lower_is_current = is_current(element->value);
  CAIRN_ASSIGN_OR_RETURN(bounds.lower, parse_bound(element->value));
  ++element;
  bounds.upper_is_current = is_current(element->value);
  CAIRN_ASSIGN_OR_RETURN(bounds.upper, parse_bound(element->value));
  return Status();
}

Status check_whole(const WindowBounds& bounds, std::string_view message) {
  for (const Value* bound : {&bounds.lower, &bounds.upper}) {
    if (!bound->missing() && !bound->view().to_int64_exact()) return failed(std::string(message));
  }
  return Status();
}

Status check_order(const WindowBounds& bounds, const SortPattern* order) {
  if (bounds.kind == WindowBounds::Kind::kDocuments) {
    if (order != nullptr || (bounds.lower.missing() && bounds.upper.missing())) return Status();
    return {location(5339901), "Document-based bounds require a sortBy"};
  }
  if (order == nullptr || order->size() != 1) {
    return {location(5339902), "Range-based bounds require sortBy a single field"};
  }
  if (order->directions()[0] == SortDirection::kAscending) return Status();
  return {location(8947401), "Range-based bounds require an ascending sortBy"};
}

Status check_form(DocumentView window) {
  const bool documents = !window["documents"].missing();
  const bool range = !window["range"].missing();
  const bool unit = !window["unit"].missing();
  for (const Element& field : window) {
    if (field.name == "documents" || field.name == "range" || field.name == "unit") continue;
    return failed(
        "'window' field can only contain 'documents' as the only argument or 'range' "
        "with an optional 'unit' field");
  }
  if (documents && range) {
    return failed("Window bounds can specify either 'documents' or 'unit', not both.");
  }
  if (unit && !range)
    return failed("Window bounds can only specify 'unit' with range-based bounds.");
  return Status();
}

Status parse_range(DocumentView window, WindowBounds& bounds) {
  bounds.kind = WindowBounds::Kind::kRange;
  const ValueView unit = window["unit"];
  if (unit.missing()) return Status();
  if (!unit.is_string()) return failed("'unit' must be a string");
  CAIRN_ASSIGN_OR_RETURN(bounds.unit, parse_step_unit(unit.as_string()));
  return check_whole(bounds, "With 'unit', range-based bounds must be an integer");
}

}  // namespace

Result<WindowBounds> parse_window_bounds(DocumentView window, const SortPattern* order) {
  WindowBounds bounds;
  CAIRN_RETURN_IF_ERROR(check_form(window));
  for (const Element& field : window) {
    if (field.name != "unit") CAIRN_RETURN_IF_ERROR(parse_pair(field, bounds));
  }
  if (!window["range"].missing()) {
    CAIRN_RETURN_IF_ERROR(parse_range(window, bounds));
  } else {
    CAIRN_RETURN_IF_ERROR(check_whole(bounds, "Numeric document-based bounds must be an integer"));
  }
  if (!bounds.lower.missing() && !bounds.upper.missing() &&
      compare(bounds.lower, bounds.upper) > 0) {
    return Status(location(5339900),
                  fmt::format("Lower bound must not exceed upper bound: [{}, {}]",
                              to_json(bounds.lower), to_json(bounds.upper)));
  }
  CAIRN_RETURN_IF_ERROR(check_order(bounds, order));
  return bounds;
}

Status WindowCursor::move(Partition& partition, std::size_t i) {
  if (bounds_.kind == WindowBounds::Kind::kRange) return move_by_range(partition, i);
  move_by_documents(partition.size(), i);
  return Status();
}

void WindowCursor::move_by_documents(std::size_t size, std::size_t i) {
  const auto last = static_cast<__int128>(size);
  const auto here = static_cast<__int128>(i);
  const auto within = [&](__int128 at) {
    return static_cast<std::size_t>(std::clamp<__int128>(at, 0, last));
  };
  begin_ = bounds_.lower.missing() ? 0 : within(here + bounds_.lower.view().to_int64_clamped());
  end_ =
      bounds_.upper.missing() ? size : within(here + bounds_.upper.view().to_int64_clamped() + 1);
  end_ = std::max(begin_, end_);
}

Result<Value> WindowCursor::shifted(ValueView value, const Value& by) const {
  if (bounds_.unit) {
    CAIRN_ASSIGN_OR_RETURN(
        const std::int64_t moment,
        step_in_time(value.as_date().milliseconds, *bounds_.unit, by.view().to_int64_clamped()));
    return Value::date({moment});
  }
  if (auto sum = expr::add(value, by)) return *sum;
  return Value::number(value.to_double() + by.view().to_double());
}

// From `at` on: the first document that is not below a value, or that is above it.
Result<std::size_t> WindowCursor::first_from(Partition& partition, std::size_t at,
                                             ValueView value) {
  for (; at < partition.size(); ++at) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView other, partition.order(at));
    if (compare(other, value) >= 0) break;
  }
  return at;
}

Result<std::size_t> WindowCursor::first_above(Partition& partition, std::size_t at,
                                              ValueView value) {
  for (; at < partition.size(); ++at) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView other, partition.order(at));
    if (compare(other, value) > 0) break;
  }
  return at;
}

Status WindowCursor::move_by_range(Partition& partition, std::size_t i) {
  CAIRN_ASSIGN_OR_RETURN(const ValueView here, partition.order(i));
  if (bounds_.unit && here.type() != BsonType::kDate) {
    return {location(5429513),
            fmt::format("Invalid range: Expected the sortBy field to be a Date, but it was {}",
                        expr::type_of(here))};
  }
  if (!bounds_.unit && here.type() == BsonType::kDate) {
    return {
        location(5429413),
        "Invalid range: For windows that involve date or time ranges, a unit must be provided."};
  }
  if (!bounds_.unit && !here.is_number()) {
    return {location(5429414),
            fmt::format("Invalid range: Expected the sortBy field to be a number, but it was {}",
                        expr::type_of(here))};
  }
  Value from;
  Value to;
  if (!bounds_.lower.missing()) {
    CAIRN_ASSIGN_OR_RETURN(from, shifted(here, bounds_.lower));
  }
  if (!bounds_.upper.missing()) {
    CAIRN_ASSIGN_OR_RETURN(to, shifted(here, bounds_.upper));
  }
  if (bounds_.lower_is_current) {
    begin_ = i;
  } else if (!from.missing()) {
    CAIRN_ASSIGN_OR_RETURN(begin_, first_from(partition, begin_, from));
  }
  end_ = std::max(begin_, end_);
  if (bounds_.upper_is_current) {
    end_ = std::max(begin_, i + 1);
  } else if (to.missing()) {
    end_ = partition.size();
  } else {
    CAIRN_ASSIGN_OR_RETURN(end_, first_above(partition, end_, to));
  }
  return Status();
}

}  // namespace cairn::aggregate
