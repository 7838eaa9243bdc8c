// $group: one document per distinct value of an expression, with accumulators over its documents;
// blocking.
#include "engine/aggregate/group.h"

namespace cairn::aggregate {
namespace {

// {_id: {name: expression}}: a missing value is null there, though it is left out where there are
// more fields.
class OneFieldId final : public expr::Expression {
 public:
  OneFieldId(std::string_view name, expr::ExpressionPtr value) : name_(name) {
    operands_.push_back(std::move(value));
  }
  Result<ValueView> evaluate(expr::Evaluation& evaluation) const override {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, operands_[0]->evaluate(evaluation));
    std::string& bytes = evaluation.buffer();
    DocumentBuilder builder(bytes);
    builder.append(name_, value.missing() ? expr::Evaluation::null() : value);
    builder.finish();
    return expr::Evaluation::document(bytes);
  }

 private:
  std::string name_;
};

Result<expr::ExpressionPtr> parse_id(ValueView value, const expr::Scope& scope) {
  if (!value.is_document() || value.as_document().empty() ||
      value.as_document().begin()->name.starts_with('$')) {
    return expr::parse_expression(value, scope);
  }
  for (const Element& field : value.as_document()) {
    if (field.value.is_number() || field.value.type() == BsonType::kBool) {
      return Status(location(17390), "$group does not support inclusion-style expressions");
    }
  }
  CAIRN_ASSIGN_OR_RETURN(expr::ExpressionPtr id, expr::parse_expression(value, scope));
  if (value.as_document().count() != 1) return id;
  const Element field = *value.as_document().begin();
  CAIRN_ASSIGN_OR_RETURN(id, expr::parse_expression(field.value, scope));
  return expr::ExpressionPtr(std::make_unique<OneFieldId>(field.name, std::move(id)));
}

Result<StagePtr> parse_group(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(location(15947), "a group's fields must be specified in an object");
  }
  GroupSpecification specification;
  for (const Element& element : value.as_document()) {
    if (element.name == "_id") {
      if (specification.id != nullptr) {
        return Status(location(15948), "a group's _id may only be specified once");
      }
      CAIRN_ASSIGN_OR_RETURN(specification.id, parse_id(element.value, environment.scope()));
    } else {
      CAIRN_ASSIGN_OR_RETURN(AccumulatedField field,
                             parse_accumulated_field(element, environment.scope()));
      specification.fields.push_back(std::move(field));
    }
  }
  if (specification.id == nullptr) {
    return Status(location(15955), "a group specification must include an _id");
  }
  return make_group_stage(std::move(specification), environment);
}

}  // namespace

extern const StageRow row_group{.name = "$group", .parse = parse_group};

}  // namespace cairn::aggregate
