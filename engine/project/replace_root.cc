#include "engine/project/replace_root.h"

#include "engine/expr/expression.h"

#include <fmt/format.h>

namespace cairn::project {
namespace {

class ReplaceRoot final : public Transformation {
 public:
  ReplaceRoot(std::string_view what, expr::ExpressionPtr root)
      : what_(what), root_(std::move(root)) {}

  Result<DocumentView> apply(expr::Evaluation& evaluation, std::string&) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView root, root_->evaluate(evaluation));
    if (root.is_document()) return root.as_document();
    return Status(location(40228),
                  fmt::format("{} must evaluate to an object, but resulting value was: {}. Type of "
                              "resulting value: '{}'. Input document: {}",
                              what_, root.missing() ? "MISSING" : to_json(root),
                              expr::type_of(root), to_json(evaluation.root())));
  }

 private:
  std::string_view what_;  // a literal
  expr::ExpressionPtr root_;
};

Result<TransformationPtr> replace_root(std::string_view what, ValueView expression,
                                       const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr root, expr::parse_expression(expression, scope));
  return TransformationPtr(std::make_unique<ReplaceRoot>(what, std::move(root)));
}

}  // namespace

Result<TransformationPtr> parse_replace_root(std::string_view stage, ValueView specification,
                                             const expr::Scope& scope) {
  if (!specification.is_document()) {
    return Status(location(40229),
                  fmt::format("expected an object as specification for {} stage, got {}", stage,
                              type_name(specification.type())));
  }
  ValueView root;
  for (const Element& field : specification.as_document()) {
    if (field.name != "newRoot") {
      return Status(ErrorCode::kIDLUnknownField,
                    fmt::format("BSON field '{}.{}' is an unknown field.", stage, field.name));
    }
    root = field.value;
  }
  if (root.missing()) {
    return Status(ErrorCode::kIDLFailedToParse,
                  fmt::format("BSON field '{}.newRoot' is missing but a required field", stage));
  }
  return replace_root("'newRoot' expression ", root, scope);
}

Result<TransformationPtr> parse_replace_with(std::string_view, ValueView specification,
                                             const expr::Scope& scope) {
  return replace_root("'replacement document' ", specification, scope);
}

}  // namespace cairn::project
