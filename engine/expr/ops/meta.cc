// $meta: what is known about a document that is not in it.
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cairn::expr {
namespace {

using Read = ValueView (*)(const Metadata& metadata, Evaluation& evaluation);

// A document has it only behind a stage that makes it.
struct Keyword {
  std::string_view name;
  std::string_view needed;  // what is missing where it is required; empty: may be missing
  Read read;
};

ValueView number_or_missing(const std::optional<double>& number, Evaluation& evaluation) {
  return number ? evaluation.number(*number) : ValueView();
}

// Behind a `$text`, of a document that another branch of an `$or` has found.
bool has_no_text_score(const Metadata& metadata) {
  return metadata.text_score && std::isnan(*metadata.text_score);
}

ValueView nothing(const Metadata&, Evaluation&) { return {}; }

ValueView sort_key(const Metadata& metadata, Evaluation&) {
  static const Value kUnsorted = Value::array(DocumentView());
  return metadata.sort_key.missing() ? kUnsorted.view() : metadata.sort_key.view();
}

constexpr Keyword kKeywords[] = {
    {"textScore", "text score",
     [](const Metadata& m, Evaluation& e) { return number_or_missing(m.text_score, e); }},
    {"searchScore", "$search score",
     [](const Metadata& m, Evaluation& e) { return number_or_missing(m.search_score, e); }},
    {"vectorSearchScore", "$vectorSearch score",
     [](const Metadata& m, Evaluation& e) { return number_or_missing(m.vector_search_score, e); }},
    {"score", "score",
     [](const Metadata& m, Evaluation& e) { return number_or_missing(m.score, e); }},
    {"scoreDetails", "scoreDetails",
     [](const Metadata& m, Evaluation&) { return m.score_details.view(); }},
    {"geoNearDistance", "$geoNear distance",
     [](const Metadata& m, Evaluation& e) { return number_or_missing(m.geo_near_distance, e); }},
    {"geoNearPoint", "$geoNear point",
     [](const Metadata& m, Evaluation&) { return m.geo_near_point.view(); }},
    {"searchRootDocumentId", "$search root document id", nothing},
    {"recordId", "", [](const Metadata& m, Evaluation&) { return m.record_id.view(); }},
    {"indexKey", "", [](const Metadata& m, Evaluation&) { return m.index_key.view(); }},
    {"sortKey", "", sort_key},
    {"randVal", "", nothing},
    {"searchHighlights", "", nothing},
    {"searchScoreDetails", "", nothing},
    {"searchSequenceToken", "", nothing},
    {"timeseriesBucketMinTime", "", nothing},
    {"timeseriesBucketMaxTime", "", nothing},
};

class Meta final : public Expression {
 public:
  explicit Meta(const Keyword& keyword) : keyword_(keyword) {}

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    static const Metadata kNone;
    const Metadata* metadata = evaluation.metadata();
    if (metadata != nullptr && keyword_.name == "textScore" && has_no_text_score(*metadata))
      return ValueView();
    // MongoDB's search process gives vectors no score of this name, but knows it.
    if (metadata != nullptr && keyword_.name == "searchScore" && metadata->vector_search_score)
      return ValueView();
    const ValueView value = keyword_.read(metadata == nullptr ? kNone : *metadata, evaluation);
    if (!value.missing() || keyword_.needed.empty()) return value;
    return Status(
        location(40218),
        fmt::format("query requires {} metadata, but it is not available", keyword_.needed));
  }
  bool pure() const override { return false; }

 private:
  const Keyword& keyword_;
};

Result<ExpressionPtr> parse_meta(ValueView argument, const Scope&) {
  if (!argument.is_string()) {
    return Status(location(17307), "$meta only supports string arguments");
  }
  const auto keyword = std::ranges::find(kKeywords, argument.as_string(), &Keyword::name);
  if (keyword == std::end(kKeywords)) {
    return Status(location(17308),
                  fmt::format("Unsupported $meta field: {}", argument.as_string()));
  }
  return ExpressionPtr(std::make_unique<Meta>(*keyword));
}

}  // namespace

extern const Operator row_meta{.name = "$meta", .parse = parse_meta};

}  // namespace cairn::expr
