// Plan: how the records of a query are found. Chosen from the filter, the sort and the hint;
// carried out by engine/exec.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/match/matcher.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cairn::plan {

enum class Access : std::uint8_t {
  kNothing,         // no document can match
  kCollectionScan,  // every document, in the order of `doc`
  kIdLookup,        // the documents of `ids`, one after the other
  kIdRange,         // an interval of `_id`, in its order
};

struct Plan {
  Access access = Access::kCollectionScan;
  Direction direction = Direction::kForward;
  // kIdLookup: the `_id`s, ascending and distinct. Views into the matcher's filter.
  std::vector<ValueView> ids;
  // kIdRange: bounds in the family of the `_id` keys (`idx`, or `doc` where clustered), keyspace
  // included.
  std::string lower;
  std::string upper;
  // Whether records come in the order that the query sorts by, so that no sort is needed.
  bool sorted = false;
  // Whether every record found matches, so that the filter need not look at it.
  bool exact = false;
};

struct Request {
  const match::Matcher* matcher = nullptr;
  DocumentView sort;
  ValueView hint;  // missing: none
};

// Error: BadValue for a hint that names no index ("hint provided does not correspond to an existing
// index").
Result<Plan> choose(const CollectionEntry& collection, const Request& request);

}  // namespace cairn::plan
