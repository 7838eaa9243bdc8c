// $meta: what is known about a document that is not in it.
#include "engine/expr/expression.h"
#include "engine/expr/meta_use.h"

#include <cmath>

namespace cairn::expr {
namespace {

ValueView number_or_missing(const std::optional<double>& number, Evaluation& evaluation) {
  return number && !std::isnan(*number) ? evaluation.number(*number) : ValueView();
}

ValueView read(MetaKind kind, const Metadata& metadata, Evaluation& evaluation) {
  static const Value kUnsorted = Value::array(DocumentView());
  switch (kind) {
    case MetaKind::kTextScore:
      return number_or_missing(metadata.text_score, evaluation);
    case MetaKind::kSearchScore:
      return number_or_missing(metadata.search_score, evaluation);
    case MetaKind::kVectorSearchScore:
      return number_or_missing(metadata.vector_search_score, evaluation);
    case MetaKind::kScore:
      return number_or_missing(metadata.score, evaluation);
    case MetaKind::kScoreDetails:
      return metadata.score_details.view();
    case MetaKind::kGeoNearDistance:
      return number_or_missing(metadata.geo_near_distance, evaluation);
    case MetaKind::kGeoNearPoint:
      return metadata.geo_near_point.view();
    case MetaKind::kRecordId:
      return metadata.record_id.view();
    case MetaKind::kIndexKey:
      return metadata.index_key.view();
    case MetaKind::kSortKey:  // a document of which something is known has one, if an empty one
      return metadata.sort_key.missing() ? kUnsorted.view() : metadata.sort_key.view();
    case MetaKind::kRandom:
      return number_or_missing(metadata.random, evaluation);
    case MetaKind::kSearchRootDocumentId:
    case MetaKind::kNever:
      break;
  }
  return {};
}

class Meta final : public Expression {
 public:
  Meta(MetaKind kind, MetaUse* use) : kind_(kind), use_(use) {
    if (use_ != nullptr) use_->add(kind_);
  }
  ~Meta() override {
    if (use_ != nullptr) use_->remove(kind_);
  }

  Result<ValueView> evaluate(Evaluation& evaluation) const override {
    if (evaluation.metadata() == nullptr) return ValueView();
    return read(kind_, *evaluation.metadata(), evaluation);
  }
  bool pure() const override { return false; }

 private:
  MetaKind kind_;
  MetaUse* use_;
};

Result<ExpressionPtr> parse_meta(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const MetaKind kind, parse_meta_kind(argument));
  return ExpressionPtr(std::make_unique<Meta>(kind, scope.metas()));
}

}  // namespace

extern const Operator row_meta{.name = "$meta", .parse = parse_meta};

}  // namespace cairn::expr
