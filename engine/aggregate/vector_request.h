// What a `$vectorSearch` asks for. Source: MongoDB's manual, "$vectorSearch", and what was observed
// of the order in which it checks.
#pragma once

#include "engine/bson/binary_vector.h"
#include "engine/catalog/index_entry.h"
#include "engine/exec/vector_search.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cairn::aggregate {

struct VectorRequest {
  std::string index;
  std::string path;
  std::string vector;           // the bytes of a binary vector
  std::int64_t candidates = 0;  // 0: as the search sees fit
  std::int64_t limit = 0;
  bool exact = false;
  bool stored_source = false;
  Document filter;
  Document parent_filter;  // of nested vectors: `filter` is of their elements, this of documents
  std::optional<exec::NestedScore> nested_score;  // nullopt: no nestedOptions
};

// What MongoDB's server checks itself, before anything runs. Errors: Location8575100, 7912700,
// 10065, FailedToParse.
Status check_vector_stage(ValueView specification);

// What its search process checks. Error: UnknownError. REQUIRES: check_vector_stage.
Result<VectorRequest> parse_vector_request(DocumentView specification);

// Error: UnknownError where options of nested vectors are given for a field that is not nested.
Status check_nested_options(const VectorRequest& request, const VectorField& field);

// The query's vector for that field of the index. Error: UnknownError for one that the field cannot
// be asked with.
Result<BinaryVectorView> check_query_vector(const VectorRequest& request, const VectorField& field);

}  // namespace cairn::aggregate
