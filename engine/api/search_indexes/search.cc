#include "engine/api/search_indexes/search.h"

#include "engine/bson/binary_vector.h"

#include <algorithm>
#include <optional>
#include <string>

namespace cairn::api {
namespace {

constexpr std::size_t kCandidatesPerWanted = 20;
constexpr std::size_t kMostCandidates = 10000;

// [{$vectorSearch: …}, {$replaceWith: {document: "$$ROOT", score: {$meta: "vectorSearchScore"}}}]
Document pipeline_of(std::span<const float> query, const VectorSearchOptions& options) {
  const std::string vector = encode_binary_vector(query);
  DocumentBuilder out;
  out.begin_array("pipeline").push_document().begin_document("$vectorSearch");
  out.append("index", options.index).append("path", options.path);
  out.append("queryVector",
             BinaryView{kVectorSubtype,
                        {reinterpret_cast<const std::uint8_t*>(vector.data()), vector.size()}});
  out.append("limit", static_cast<std::int64_t>(options.limit));
  if (options.exact) {
    out.append("exact", true);
  } else {
    const std::size_t wanted =
        options.candidates != 0 ? options.candidates : kCandidatesPerWanted * options.limit;
    out.append("numCandidates",
               static_cast<std::int64_t>(std::clamp(wanted, options.limit, kMostCandidates)));
  }
  if (!options.filter.empty()) out.append("filter", options.filter);
  if (!options.parent_filter.empty()) out.append("parentFilter", options.parent_filter);
  if (options.nested_score) {
    const bool max = *options.nested_score == NestedScoreMode::kMax;
    out.begin_document("nestedOptions").append("scoreMode", max ? "max" : "avg").end();
  }
  out.end().end().push_document().begin_document("$replaceWith").append("document", "$$ROOT");
  out.begin_document("score").append("$meta", "vectorSearchScore").end().end().end().end();
  return out.take();
}

}  // namespace

Result<std::vector<ScoredDocument>> vector_search(const Collection& collection,
                                                  std::span<const float> query,
                                                  const VectorSearchOptions& options) {
  const Document pipeline = pipeline_of(query, options);
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor, collection.aggregate(pipeline["pipeline"].as_document(),
                                                             {.operation = options.operation}));
  std::vector<ScoredDocument> found;
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> next,
                           cursor.next(options.operation.interrupt));
    if (!next) return found;
    found.push_back({.document = Document((*next)["document"].as_document()),
                     .score = static_cast<float>((*next)["score"].to_double())});
  }
}

}  // namespace cairn::api
