// The documents of a collection in whose arrays the nearest vectors are (nestedRoot): each element
// is compared for itself, and a document has the best, or the mean, of its elements' scores.
//
// By the graph where the index is in memory: of so many nearest elements as were asked for the
// documents, and of more where those are of too few documents. Otherwise every document that a plan
// for `parents` finds is looked at. What filters ask is in memory too. Source: MongoDB's manual,
// "$vectorSearch" (parentFilter, nestedOptions); its mean, too, is of the elements that a search
// came by.
#pragma once

#include "engine/exec/vector_search.h"

namespace cairn::exec {

// REQUIRES: the query's field is nested. As search_vectors.
Result<VectorHits> search_nested_vectors(const ReadViewPtr& view, const CollectionRef& collection,
                                         const VectorQuery& query, const Interrupt* interrupt);

}  // namespace cairn::exec
