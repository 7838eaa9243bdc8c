#include "engine/plan/interval.h"

#include "engine/bson/key_string.h"
#include "engine/bson/shell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cairn::plan {
namespace {

Value extreme(BsonType type) { return Value(ValueView(type, nullptr, 0)); }

// Whether `a` begins before `b`.
bool begins_before(const Edge& a, const Edge& b) {
  if (a.key != b.key) return a.key < b.key;
  return a.inclusive && !b.inclusive;
}

// Whether `a` ends before `b`.
bool ends_before(const Edge& a, const Edge& b) {
  if (a.key != b.key) return a.key < b.key;
  return !a.inclusive && b.inclusive;
}

// Whether nothing lies between an interval that ends at `upper` and one that begins at `lower`, or
// they overlap.
bool touch(const Edge& upper, const Edge& lower) {
  if (upper.key != lower.key) return lower.key < upper.key;
  return upper.inclusive || lower.inclusive;
}

bool is_empty(const Interval& interval) {
  if (interval.lower.key != interval.upper.key) return interval.upper.key < interval.lower.key;
  return !interval.lower.inclusive || !interval.upper.inclusive;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return fmt::format("{}", value);
}

std::string collation_key_text(std::string_view key) {
  std::string text = "CollationKey(0x";
  for (const char byte : key.substr(1)) {
    text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
  }
  return text + ")";
}

std::string text_of(const Edge& edge, bool collated) {
  const ValueView value = edge.value;
  if (value.type() == BsonType::kDouble) {
    const double number = value.as_double();
    if (!std::isfinite(number)) return number_text(number);
  }
  const bool text = value.type() == BsonType::kString;
  if (text && collated && !value.as_string().empty()) {
    std::string_view key = edge.key;
    if (key.ends_with('\0')) key.remove_suffix(1);
    return collation_key_text(key);
  }
  if (value.type() == BsonType::kDbPointer) return "DBRef()";
  if (value.type() == BsonType::kCode) return std::string(value.as_string());
  if (value.type() == BsonType::kCodeWithScope) return "CodeWScope(, {})";
  return to_shell_text(value);
}

}  // namespace

Edge edge(ValueView value, bool inclusive, const Collation* collation) {
  Edge made{.key = {}, .value = Value(value), .inclusive = inclusive};
  key::Encoder encoder(made.key);
  encoder.begin(key::Direction::kAscending);
  append_key(value, encoder, collation);
  return made;
}

Interval point(ValueView value, const Collation* collation) {
  Edge at = edge(value, true, collation);
  return {at, at};
}

Intervals everything() {
  static const Intervals kAll{{edge(extreme(BsonType::kMinKey), true, nullptr),
                               edge(extreme(BsonType::kMaxKey), true, nullptr)}};
  return kAll;
}

bool is_everything(const Intervals& intervals) {
  if (intervals.size() != 1) return false;
  const Interval& only = intervals.front();
  return only.lower.inclusive && only.upper.inclusive &&
         only.lower.value.type() == BsonType::kMinKey &&
         only.upper.value.type() == BsonType::kMaxKey;
}

bool all_points(const Intervals& intervals) {
  return std::all_of(intervals.begin(), intervals.end(),
                     [](const Interval& interval) { return interval.is_point(); });
}

bool contains(const Intervals& outer, const Intervals& inner) {
  return std::all_of(inner.begin(), inner.end(), [&](const Interval& part) {
    return std::any_of(outer.begin(), outer.end(), [&](const Interval& whole) {
      return !begins_before(part.lower, whole.lower) && !ends_before(whole.upper, part.upper);
    });
  });
}

bool contains_key(const Intervals& intervals, std::string_view key) {
  return std::any_of(intervals.begin(), intervals.end(), [&](const Interval& interval) {
    const bool above =
        interval.lower.inclusive ? key >= interval.lower.key : key > interval.lower.key;
    return above &&
           (interval.upper.inclusive ? key <= interval.upper.key : key < interval.upper.key);
  });
}

Intervals joined(Intervals intervals) {
  std::erase_if(intervals, is_empty);
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return begins_before(a.lower, b.lower); });
  Intervals all;
  for (Interval& next : intervals) {
    if (!all.empty() && touch(all.back().upper, next.lower)) {
      if (ends_before(all.back().upper, next.upper)) all.back().upper = std::move(next.upper);
    } else {
      all.push_back(std::move(next));
    }
  }
  return all;
}

Intervals intersection(const Intervals& a, const Intervals& b) {
  Intervals both;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    Interval part{begins_before(a[i].lower, b[j].lower) ? b[j].lower : a[i].lower,
                  ends_before(a[i].upper, b[j].upper) ? a[i].upper : b[j].upper};
    if (!is_empty(part)) both.push_back(std::move(part));
    ends_before(a[i].upper, b[j].upper) ? ++i : ++j;
  }
  return both;
}

Intervals complement(const Intervals& intervals) {
  Intervals outside;
  Interval gap = everything().front();
  const Edge end = gap.upper;
  for (const Interval& interval : intervals) {
    gap.upper = interval.lower;
    gap.upper.inclusive = !interval.lower.inclusive;
    if (!is_empty(gap)) outside.push_back(gap);
    gap.lower = interval.upper;
    gap.lower.inclusive = !interval.upper.inclusive;
  }
  gap.upper = end;
  if (!is_empty(gap)) outside.push_back(std::move(gap));
  return outside;
}

std::string to_text(const Interval& interval, Walk walk, bool collated) {
  const Edge& from = walk == Walk::kUp ? interval.lower : interval.upper;
  const Edge& to = walk == Walk::kUp ? interval.upper : interval.lower;
  return fmt::format("{}{}, {}{}", from.inclusive ? '[' : '(', text_of(from, collated),
                     text_of(to, collated), to.inclusive ? ']' : ')');
}

}  // namespace cairn::plan
