// Plan: how the records of a query are found. Chosen from the filter, the sort and the hint;
// carried out by engine/exec.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/match/matcher.h"
#include "engine/plan/interval.h"
#include "engine/storage/reader.h"

#include <cairn/bson.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cairn::plan {

enum class Access : std::uint8_t {
  kNothing,         // no document can match
  kCollectionScan,  // every document, in the order of `doc`
  kIdLookup,        // the documents of `ids`, one after the other
  kIdRange,         // an interval of `_id`, in its order
  kIndexScan,       // one index, as `scans.front()` says
  kIndexUnion,      // what any of `scans` finds, each record once
  kText,            // the terms of a `$text`, as `text` says
  kNear,            // ring by ring around a point, as `near` says
};

struct NearScan;
struct TextScan;

// How one index is walked.
struct IndexScan {
  const IndexEntry* index = nullptr;  // of the definition that was planned for, which outlives this
  // Of each component of the key, whatever its direction; of a wildcard index one more, the path.
  std::vector<Intervals> bounds;
  Direction direction = Direction::kForward;
  bool multikey = false;         // a record may have several entries
  std::string wildcard_path;     // of a wildcard index: the path that it stands for
  std::uint64_t generation = 0;  // of the index's multikey, when bounds were made
  // Asked of the values in the key before the document is read; null: nothing.
  std::shared_ptr<const match::Matcher> key_filter;
  // `min` and `max`: instead of bounds, keys (components alone) from and up to which; empty: none.
  std::string from_key;
  std::string up_to_key;
  bool has_range = false;
};

// What a reader needs of each record.
enum class Needs : std::uint8_t {
  kDocument,
  kFields,   // some fields, which the keys of the index hold
  kNothing,  // that it is there: counts
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
  std::vector<IndexScan> scans;
  // kIndexUnion: the scans are merged by the sort's fields, which each has in that order.
  bool merged = false;
  // Whether records come in the order that the query sorts by, so that no sort is needed.
  bool sorted = false;
  // Whether every record found matches, so that the filter need not look at it.
  bool exact = false;
  // What is left to ask of the documents; null where not `exact`: the query's whole filter.
  std::shared_ptr<const match::Matcher> residual;
  Document residual_shown;  // the same as `explain` shows it
  Needs reads = Needs::kDocument;
  // The reader wants each combination of the key's first so many values once: entries that repeat
  // them are passed over; 0: all.
  std::size_t distinct_fields = 0;
  // Of each such combination, the first record is wanted, and not only its values.
  bool picks = false;
  bool with_keys = false;                // records tell the index entry that they were found by
  std::shared_ptr<const TextScan> text;  // see text_scan.h
  std::shared_ptr<const NearScan> near;  // see near_scan.h
};

// Names a plan among those of one query shape: by its indexes and how they are walked.
std::string plan_name(const Plan& plan);

// Whether a hint may name an index that is hidden: for what an index does besides answering
// queries.
enum class Hidden : std::uint8_t { kNot, kToo };

// Which records of each value of `Request::distinct` are wanted, in the order of the sort.
enum class Pick : std::uint8_t { kAll, kFirst, kLast };

struct Request {
  const match::Matcher* matcher = nullptr;
  DocumentView sort;
  ValueView hint;                // missing: none
  Hidden hidden = Hidden::kNot;  // whether that may name a hidden index
  DocumentView min = {};
  DocumentView max = {};
  Needs needs = Needs::kDocument;
  // Of Needs::kFields: which. Borrowed.
  const std::vector<FieldPath>* fields = nullptr;
  bool with_keys = false;
  const IndexFilter* allowed = nullptr;  // the indexes that plans may use; null: all
  // The one field whose different values are wanted; its entry in `fields` too.
  const FieldPath* distinct = nullptr;
  Pick pick = Pick::kAll;
  // What is wanted of arrays is their elements, and of documents without the field nothing.
  bool distinct_elements = false;
};

// The plans that may be the best one, at least one; several only where indexes compete.
// Error: BadValue for a hint that names no index ("hint provided does not correspond to an existing
// index").
Result<std::vector<Plan>> candidates(const CollectionEntry& collection, const Request& request);

}  // namespace cairn::plan
