// The documents of a collection whose vectors are nearest to a query's.
//
// By the graph that is kept in memory where there is one (vector_index.h). Otherwise every entry of
// the index is looked at. What a filter asks is in memory too; until it is, every document is
// looked at that a plan for the filter finds. While the index is being built its entries are made
// from the documents.
#pragma once

#include "engine/bson/binary_vector.h"
#include "engine/catalog/collection.h"
#include "engine/exec/read_view.h"
#include "engine/exec/record_source.h"
#include "engine/exec/vector_index.h"
#include "engine/match/matcher.h"

#include <cairn/operation.h>
#include <cairn/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cairn::exec {

// What of the scores of its elements a document has, where vectors are nested.
enum class NestedScore : std::uint8_t { kMax, kMean };

struct VectorQuery {
  const IndexEntry* index = nullptr;        // of the collection; its kind is kVector
  std::size_t field = 0;                    // its number in the index's definition
  BinaryVectorView vector;                  // of as many elements as the field has
  const match::Matcher* filter = nullptr;   // null: all documents; of a nested field: all elements
  const match::Matcher* parents = nullptr;  // of a nested field; null: all documents
  NestedScore nested_score = NestedScore::kMax;
  std::size_t limit = 0;       // at least 1
  std::size_t candidates = 0;  // of a graph
  bool exact = false;
  std::shared_ptr<VectorIndex> memory = nullptr;  // of the index; null: none
};

struct VectorHit {
  std::string record_key;  // in `doc`
  float score = 0;
  Document document;  // where the search has read it, and kept it
};

// Where the nearest were looked for.
enum class VectorPlan : std::uint8_t { kMemory, kEntries, kDocuments };

struct VectorHits {
  std::vector<VectorHit> nearest;  // the highest score first; of equal ones the older document
  std::int64_t compared = 0;       // vectors
  VectorPlan plan = VectorPlan::kEntries;
  vector::SearchStats stats;  // of kMemory
};

// In the view's own state, which it is pinned to. Errors: the storage's, the filter's, the
// interrupt's.
Result<VectorHits> search_vectors(const ReadViewPtr& view, const CollectionRef& collection,
                                  const VectorQuery& query, const Interrupt* interrupt);

// Every document that a plan for `filter` finds; nullptr: all. `filter` outlives the result.
Result<RecordSourcePtr> open_matching(const ReadViewPtr& view, const CollectionRef& collection,
                                      const match::Matcher* filter);

}  // namespace cairn::exec
