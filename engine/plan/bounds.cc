// What each operator allows. An index holds null for what is missing, undefined for an empty array
// at the end of its path, and the elements of any other array (never, beside them, the array).
#include "engine/plan/bounds.h"

#include "engine/bson/hashed_key.h"
#include "engine/match/type_set.h"
#include "engine/plan/geo_bounds.h"
#include "engine/plan/regex_prefix.h"
#include "engine/plan/type_bounds.h"

#include <cmath>

namespace cairn::plan {
namespace {

using match::Condition;
using Asks = Condition::Asks;

bool is_null(ValueView value) { return value.type() == BsonType::kNull; }
bool is_extreme(ValueView value) {
  return value.type() == BsonType::kMinKey || value.type() == BsonType::kMaxKey;
}

FieldBounds nothing() { return {.intervals = {}, .tightness = Tightness::kExact}; }

class Deriving {
 public:
  explicit Deriving(const FieldFacts& facts) : facts_(facts) {}

  std::optional<FieldBounds> derive(const Condition& condition) const {
    if (facts_.hashed) return hashed(condition);
    if (facts_.geo != nullptr) return of_places(condition);
    switch (condition.asks) {
      case Asks::kEq:
        return comparable(condition.argument) ? std::optional(equal(condition.argument))
                                              : std::nullopt;
      case Asks::kLt:
      case Asks::kLte:
      case Asks::kGt:
      case Asks::kGte:
        if (!comparable(condition.argument)) return std::nullopt;
        return compared(condition.asks, condition.argument);
      case Asks::kIn:
        return one_of(condition.argument.as_document());
      case Asks::kRegex:
        return found_by(condition.pattern, condition.flags, condition.argument);
      case Asks::kExists:
        return existing(condition.argument.truthy());
      case Asks::kMod:
        return FieldBounds{{bracket(BsonType::kDouble, Nan::kInside)}, Tightness::kKey};
      case Asks::kType:
        return of_types(condition.argument);
      case Asks::kNot:
        return negated(condition);
      case Asks::kElemValue:
        return of_element(condition);
      case Asks::kAny:
        return any_of(condition);
      case Asks::kExpression:
        return of_expression(condition.name, condition.argument);
      default:
        return std::nullopt;
    }
  }

  bool decides(const Condition& condition) const {
    switch (condition.asks) {
      case Asks::kEq:
        return decided(condition.argument);
      case Asks::kLt:
      case Asks::kLte:
      case Asks::kGt:
      case Asks::kGte:
        return decided(condition.argument) && !(crosses_arrays() && is_extreme(condition.argument));
      case Asks::kIn:
        for (const Element& element : condition.argument.as_document()) {
          if (element.value.type() == BsonType::kRegex || !decided(element.value)) return false;
        }
        return true;
      default:  // not $exists: a null and a missing field have the same key
        return false;
    }
  }

 private:
  bool crosses_arrays() const { return facts_.multikey || facts_.positional; }
  bool decided(ValueView value) const {
    if (value.is_array() || value.type() == BsonType::kUndefined) return false;
    return !is_null(value) || !crosses_arrays();
  }
  bool comparable(ValueView value) const {
    return facts_.same_collation || !orders_by_collation(value);
  }

  FieldBounds equal(ValueView value) const {
    if (value.is_array()) return equal_array(value);
    const Tightness tightness = is_null(value) ? Tightness::kDocument : Tightness::kExact;
    return {{point(value, facts_.collation)}, tightness, is_null(value)};
  }

  // An array is equal as a whole, which is in the index as an element of another one only; or else
  // its first element is there.
  FieldBounds equal_array(ValueView value) const {
    Intervals intervals{point(value, facts_.collation)};
    const DocumentView elements = value.as_document();
    static constexpr std::uint8_t kNothing = 0;
    intervals.push_back(point(
        elements.empty() ? ValueView(BsonType::kUndefined, &kNothing, 0) : elements.begin()->value,
        facts_.collation));
    return {joined(std::move(intervals)), Tightness::kDocument};
  }

  FieldBounds compared(Asks asks, ValueView value) const {
    const bool upward = asks == Asks::kGt || asks == Asks::kGte;
    const bool inclusive = asks == Asks::kGte || asks == Asks::kLte;
    if (value.is_array()) return compared_array(upward, value);
    if (is_extreme(value)) return compared_extreme(upward, inclusive, value);
    if (is_null(value) || value.is_nan()) return inclusive ? equal(value) : nothing();
    Intervals one{upward ? from(value, inclusive, facts_.collation)
                         : up_to(value, inclusive, facts_.collation)};
    return {joined(std::move(one)), Tightness::kExact};
  }

  // Against MinKey and MaxKey values of all types count, arrays as a whole among them.
  FieldBounds compared_extreme(bool upward, bool inclusive, ValueView value) const {
    const bool low = value.type() == BsonType::kMinKey;
    const bool missing = low == upward;
    Intervals all = everything();
    if (crosses_arrays()) return {std::move(all), Tightness::kDocument, missing};
    Interval& one = all.front();
    if (upward) {
      one.lower = edge(value, inclusive, nullptr);
    } else {
      one.upper = edge(value, inclusive, nullptr);
    }
    return {joined(std::move(all)), Tightness::kExact, missing};
  }

  // Arrays compare element by element, so that the first elements are in order too.
  FieldBounds compared_array(bool upward, ValueView value) const {
    Intervals all = everything();
    const DocumentView elements = value.as_document();
    if (!elements.empty()) {
      Edge whole = edge(value, true, facts_.collation);
      Edge first = edge(elements.begin()->value, true, facts_.collation);
      if (upward) {
        all.front().lower = std::move(first.key < whole.key ? first : whole);
      } else {
        all.front().upper = std::move(first.key < whole.key ? whole : first);
      }
    }
    return {std::move(all), Tightness::kDocument};
  }

  std::optional<FieldBounds> one_of(DocumentView list) const {
    FieldBounds all;
    for (const Element& element : list) {
      if (element.value.type() == BsonType::kRegex) {
        const RegexView regex = element.value.as_regex();
        if (!add(found_by(regex.pattern, regex.options, element.value), all)) return std::nullopt;
        continue;
      }
      if (!comparable(element.value)) return std::nullopt;
      add(equal(element.value), all);
    }
    all.intervals = joined(std::move(all.intervals));
    return all;
  }

  static bool add(std::optional<FieldBounds> more, FieldBounds& all) {
    if (!more) return false;
    for (Interval& interval : more->intervals) all.intervals.push_back(std::move(interval));
    all.tightness = std::max(all.tightness, more->tightness);
    all.takes_missing |= more->takes_missing;
    return true;
  }

  // A stored regular expression is found too if it is the same.
  std::optional<FieldBounds> found_by(std::string_view pattern, std::string_view flags,
                                      ValueView argument) const {
    FieldBounds bounds{{bracket(BsonType::kString, Nan::kOutside)}, Tightness::kKey};
    if (facts_.collation != nullptr) {
      bounds.tightness = Tightness::kDocument;
    } else if (RegexPrefix prefix = regex_prefix(pattern, flags); !prefix.text.empty()) {
      std::string next = prefix.text;
      if (static_cast<unsigned char>(next.back()) < 0x7E) {
        ++next.back();
        bounds.intervals = {{edge(Value::string(prefix.text), true, nullptr),
                             edge(Value::string(next), false, nullptr)}};
        if (prefix.exact) bounds.tightness = Tightness::kExact;
      }
    }
    DocumentBuilder itself;
    itself.append("", RegexView{pattern, flags});
    const Document stored = itself.take();
    // The builder sorts options; the stored expression may have them in the order given.
    bounds.intervals.push_back(point(stored.begin()->value, nullptr));
    if (argument.type() == BsonType::kRegex) bounds.intervals.push_back(point(argument, nullptr));
    bounds.intervals = joined(std::move(bounds.intervals));
    return bounds;
  }

  std::optional<FieldBounds> existing(bool there) const {
    if (there) return FieldBounds{everything(), Tightness::kDocument};
    FieldBounds bounds = equal(Value::null());
    return bounds;
  }

  std::optional<FieldBounds> of_types(ValueView argument) const {
    FieldBounds all;
    if (!argument.is_array()) {
      if (!add_type(argument, all)) return std::nullopt;
    } else {
      for (const Element& element : argument.as_document()) {
        if (!add_type(element.value, all)) return std::nullopt;
      }
    }
    all.intervals = joined(std::move(all.intervals));
    return all;
  }

  static bool add_type(ValueView name, FieldBounds& all) {
    if (name.is_string() && name.as_string() == "number") {
      all.intervals.push_back(bracket(BsonType::kDouble, Nan::kInside));
      return true;
    }
    const auto type = match::type_named(name);
    if (!type) return false;
    if (*type == BsonType::kArray) {
      all.intervals = everything();
      all.tightness = Tightness::kDocument;
      return true;
    }
    all.intervals.push_back(bracket(*type, Nan::kInside));
    all.tightness = std::max(all.tightness, tightness_of(*type));
    return true;
  }

  static Tightness tightness_of(BsonType type) {
    switch (type) {
      case BsonType::kNull:
      case BsonType::kUndefined:
        return Tightness::kDocument;
      case BsonType::kDouble:
      case BsonType::kInt32:
      case BsonType::kInt64:
      case BsonType::kDecimal128:
      case BsonType::kString:
      case BsonType::kSymbol:
        return Tightness::kKey;
      default:
        return Tightness::kExact;
    }
  }

  std::optional<FieldBounds> negated(const Condition& condition) const {
    if (condition.parts.size() != 1) return std::nullopt;
    const Condition& inner = condition.parts.front();
    if (inner.asks == Asks::kNot) return std::nullopt;
    if (inner.asks == Asks::kExists) return existing(!inner.argument.truthy());
    if (!decides(inner)) return std::nullopt;
    auto bounds = derive(inner);
    if (!bounds) return std::nullopt;
    bounds->intervals = complement(bounds->intervals);
    bounds->tightness = crosses_arrays() ? Tightness::kDocument : Tightness::kExact;
    bounds->takes_missing = !bounds->takes_missing;
    return bounds;
  }

  // All conditions hold for one element, so each key that it gives lies in the bounds of all.
  std::optional<FieldBounds> of_element(const Condition& condition) const {
    FieldFacts inside = facts_;
    inside.multikey = false;  // elements are not taken apart
    const Deriving of_values(inside);
    std::optional<FieldBounds> all;
    for (const Condition& part : condition.parts) {
      if (part.asks == Asks::kElemValue || part.asks == Asks::kElemObject) continue;
      auto bounds = of_values.derive(part);
      if (!bounds) continue;
      if (!all) {
        all = FieldBounds{everything()};
      }
      all->intervals = intersection(all->intervals, bounds->intervals);
    }
    if (all) all->tightness = Tightness::kDocument;
    return all;
  }

  // Expressions compare arrays as a whole, and all types with each other; what is missing is less
  // than everything.
  std::optional<FieldBounds> of_expression(std::string_view name, ValueView value) const {
    if (name == "$in") return one_of_expression(value);
    const bool below = name == "$lt" || name == "$lte";
    if (crosses_arrays() || value.is_array() || !comparable(value)) return std::nullopt;
    if (value.missing() || value.type() == BsonType::kUndefined) return std::nullopt;
    if (below && (is_null(value) || is_extreme(value))) return std::nullopt;
    if (name == "$eq") return FieldBounds{{point(value, facts_.collation)}, Tightness::kDocument};
    FieldBounds bounds{everything(), Tightness::kDocument, below};
    Edge& end = below ? bounds.intervals.front().upper : bounds.intervals.front().lower;
    end = edge(value, name.ends_with('e'), facts_.collation);
    return bounds;
  }

  std::optional<FieldBounds> one_of_expression(ValueView list) const {
    if (!list.is_array()) return std::nullopt;
    FieldBounds all{.intervals = {}, .tightness = Tightness::kDocument};
    for (const Element& element : list.as_document()) {
      if (!add(of_expression("$eq", element.value), all)) return std::nullopt;
    }
    all.intervals = joined(std::move(all.intervals));
    return all;
  }

  std::optional<FieldBounds> of_places(const Condition& condition) const {
    if (condition.asks == Asks::kAny) return any_of(condition);
    return geo_bounds(condition, facts_.kind, *facts_.geo);
  }

  // Branches that ask of the same field, one condition each.
  std::optional<FieldBounds> any_of(const Condition& condition) const {
    FieldBounds all;
    for (const Condition& branch : condition.parts) {
      if (!add(derive(branch.parts.front()), all)) return std::nullopt;
    }
    all.intervals = joined(std::move(all.intervals));
    return all;
  }

  std::optional<FieldBounds> hashed(const Condition& condition) const {
    if (!facts_.same_collation && condition.asks != Asks::kExists) return std::nullopt;
    if (condition.asks == Asks::kExists && !condition.argument.truthy()) {
      return hash_of(Value::null());
    }
    if (condition.asks == Asks::kEq) {
      if (condition.argument.is_array() || !hashable(condition.argument)) return std::nullopt;
      return hash_of(condition.argument);
    }
    if (condition.asks != Asks::kIn) return std::nullopt;
    FieldBounds all;
    for (const Element& element : condition.argument.as_document()) {
      if (element.value.is_array() || element.value.type() == BsonType::kRegex) return std::nullopt;
      if (!hashable(element.value)) return std::nullopt;
      add(hash_of(element.value), all);
    }
    all.intervals = joined(std::move(all.intervals));
    return all;
  }

  // Strings that are equal by a collation have hashes of their own.
  bool hashable(ValueView value) const {
    return facts_.collation == nullptr || !orders_by_collation(value);
  }

  static FieldBounds hash_of(ValueView value) {
    FieldBounds bounds{
        {point(Value::int64(hashed_key(value)), nullptr)}, Tightness::kDocument, is_null(value)};
    // Equal numbers have one hash, but that decimals are rounded where doubles are cut off.
    constexpr double kExact = 9e15;
    if (value.is_number() && !value.to_int64_exact() && std::abs(value.to_double()) < kExact) {
      for (const double whole : {std::floor(value.to_double()), std::ceil(value.to_double())}) {
        bounds.intervals.push_back(point(Value::int64(hashed_key(Value::number(whole))), nullptr));
      }
      bounds.intervals = joined(std::move(bounds.intervals));
    }
    return bounds;
  }

  const FieldFacts& facts_;
};

}  // namespace

bool orders_by_collation(ValueView value) {
  return value.is_string() || value.type() == BsonType::kSymbol || value.is_document() ||
         value.is_array() || value.type() == BsonType::kCodeWithScope;
}

std::optional<FieldBounds> bounds_of(const Condition& condition, const FieldFacts& facts) {
  // An array that a number addresses is in the index as a whole.
  if (facts.positional && condition.asks == Asks::kElemValue) return std::nullopt;
  auto bounds = Deriving(facts).derive(condition);
  if (!bounds) return bounds;
  if (facts.positional) {
    // A number may address an element or name a field: what is not there is not where it seems.
    if (bounds->takes_missing && condition.asks != Asks::kNot) return std::nullopt;
    bounds->tightness = Tightness::kDocument;
  }
  if (bounds->tightness == Tightness::kKey && (facts.multikey || facts.collation != nullptr)) {
    bounds->tightness = Tightness::kDocument;
  }
  return bounds;
}

bool decides(const Condition& condition, const FieldFacts& facts) {
  return Deriving(facts).decides(condition);
}

}  // namespace cairn::plan
