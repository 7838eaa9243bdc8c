// Outline: what a filter asks, as a tree that plans can read. The matcher itself keeps no structure
// that anyone can look into.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace cairn::match {

// One condition of a filter. Views into the filter.
struct Condition {
  enum class Asks : std::uint8_t {
    kAll,   // `parts` all hold (a branch of $or, $nor)
    kAny,   // $or: one of `parts` does
    kNone,  // $nor: none of `parts` does
    kNot,   // not all of `parts` hold at `path`: $not, $ne, $nin
    kEq,    // at `path`, some value … `argument`
    kLt,
    kLte,
    kGt,
    kGte,
    kIn,
    kExists,  // `argument`: whether
    kRegex,   // `pattern`, `flags`
    kMod,
    kType,
    kGeoWithin,  // `argument`: the region
    kGeoIntersects,
    kElemValue,   // an element of the array at `path` passes `parts` (whose path is empty)
    kElemObject,  // an element of it is a document of which `parts` hold (paths from there)
    // $expr; with a path: that the field compares so with `argument`, as expressions do
    kExpression,
    kNever,  // nothing matches
    kOther,  // anything else
  };
  Asks asks = Asks::kOther;
  std::string_view path;  // empty: on the top level
  std::string_view name;  // the operator, as written or meant ("$eq"); empty: all of `argument`
  ValueView argument;
  std::string_view pattern;
  std::string_view flags;
  std::vector<Condition> parts;
};

// The conditions of which all must hold; `$and` is taken apart.
// REQUIRES: a filter that Matcher::parse has accepted.
std::vector<Condition> outline(DocumentView filter);

// Writes a condition as a filter of its own: {a: {$gt: 5}}, {$or: […]}.
void append_condition(const Condition& condition, DocumentBuilder& out);

}  // namespace cairn::match
