// Metadata: what is known about a document of a stream that is not in the document, read by {$meta:
// …}. Source: MongoDB's manual, "$meta".
#pragma once

#include <cairn/bson.h>

#include <optional>

namespace cairn::expr {

struct Metadata {
  std::optional<double> text_score;
  std::optional<double> score;  // of $score, $rankFusion, $scoreFusion
  std::optional<double> search_score;
  std::optional<double> vector_search_score;
  std::optional<double> geo_near_distance;
  std::optional<double> random;  // of $sample
  Value geo_near_point;
  Value record_id;
  Value index_key;
  Value sort_key;
  Value score_details;
};

}  // namespace cairn::expr
