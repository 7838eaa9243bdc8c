// VectorSpec: what the definition of a vector search index says: which fields hold vectors, how
// they are compared, and which fields a search may filter by. Source: MongoDB's manual, "How to
// Index Fields for Vector Search".
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bson/path.h"

namespace cairn {

enum class VectorSimilarity : std::uint8_t { kCosine, kDotProduct, kEuclidean };
enum class VectorQuantization : std::uint8_t { kNone, kScalar, kBinary };
enum class VectorIndexing : std::uint8_t { kHnsw, kFlat };

struct VectorField {
  FieldPath path;
  // Under the definition's nestedRoot: of every document in the array `path.name(0)` the vector at
  // `in_element` counts for itself.
  bool nested = false;
  FieldPath in_element;
  std::size_t dimensions = 0;
  VectorSimilarity similarity = VectorSimilarity::kCosine;
  VectorQuantization quantization = VectorQuantization::kNone;
  VectorIndexing indexing = VectorIndexing::kHnsw;
  int max_edges = 16;
  int edge_candidates = 100;
};

class VectorSpec {
 public:
  // Whether the specification of an index is one of a vector search index.
  static bool is_one(DocumentView specification);

  // `definition`: {fields: [...]}. Errors: BadValue, whose message names what is wrong and, after
  // `place`, where; CommandFailed where nothing is under its nestedRoot.
  static Result<VectorSpec> parse(DocumentView definition, std::string_view place = {});

  const std::vector<VectorField>& fields() const { return fields_; }
  // The number of the field in `fields`, or -1.
  int find(std::string_view path) const;
  // Whether some field has a graph (`indexingMethod: "hnsw"`).
  bool has_graph() const;
  // The fields by which searches may filter, whose values are kept beside the vectors.
  const std::vector<FieldPath>& filters() const { return filters_; }
  bool filters_by(std::string_view path) const;
  // Whether some field is nested.
  bool nested() const;

  // Whether the index may hold other vectors of `after` than of `before`.
  bool touched(DocumentView before, DocumentView after) const;

 private:
  class Reader;

  std::vector<VectorField> fields_;
  std::vector<FieldPath> filters_;
};

}  // namespace cairn
