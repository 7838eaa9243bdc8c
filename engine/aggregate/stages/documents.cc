// $documents: documents written out in the pipeline itself.
#include "engine/aggregate/stage.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

class ListedDocuments final : public Stream {
 public:
  explicit ListedDocuments(const expr::Expression& array) : array_(array) {}

  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (!evaluated_) CAIRN_RETURN_IF_ERROR(evaluate());
    if (element_.at_end()) return std::optional<DocumentView>();
    const ValueView value = element_->value;
    ++element_;
    if (value.is_document()) return std::optional<DocumentView>(value.as_document());
    return Status(location(40228),
                  fmt::format("elements within the array passed to $documents must evaluate to an "
                              "object, but resulting value was: {}. Type of resulting value: '{}'",
                              to_json(value), type_name(value.type())));
  }
  void park() override {}

 private:
  Status evaluate() {
    evaluated_ = true;
    evaluation_.begin(DocumentView());
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, array_.evaluate(evaluation_));
    if (!value.is_array()) return {location(5858203), "an array is expected"};
    element_ = value.as_document().begin();
    return Status();
  }

  const expr::Expression& array_;
  expr::Evaluation evaluation_;
  bool evaluated_ = false;
  DocumentView::Iterator element_ = DocumentView().begin();
};

class Documents final : public Stage {
 public:
  explicit Documents(expr::ExpressionPtr array) : array_(std::move(array)) {}
  Result<StreamPtr> open(StreamPtr) override {
    return StreamPtr(std::make_unique<ListedDocuments>(*array_));
  }

 private:
  expr::ExpressionPtr array_;
};

Result<StagePtr> parse_documents(ValueView specification, Environment& environment) {
  if (!environment.collection.empty()) {
    return Status(ErrorCode::kInvalidNamespace,
                  "'$documents' can only be run with database or cluster-level aggregation "
                  "{aggregate: 1}");
  }
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr array,
                         expr::parse_expression(specification, environment.scope()));
  return StagePtr(std::make_unique<Documents>(std::move(array)));
}

}  // namespace

extern const StageRow row_documents{.name = "$documents",
                                    .parse = parse_documents,
                                    .place = Place::kFirst,
                                    .makes_documents = true,
                                    .without_collection = true,
                                    .in_facet = false};

}  // namespace cairn::aggregate
