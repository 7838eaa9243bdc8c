// $jsonSchema: the document is valid by a JSON Schema.
#include "engine/match/operator.h"
#include "engine/match/schema/schema.h"

namespace cairn::match {
namespace {

class SchemaNode final : public Node {
 public:
  explicit SchemaNode(SchemaPtr schema) : schema_(std::move(schema)) {}
  // Once the interrupt has come, the schema's loops end early, with whatever answer.
  bool matches(DocumentView document, Trace& trace) const override {
    const bool holds = schema_->holds(document.as_value());
    return !trace.stops(Trace::kStepsPerLook) && holds;
  }

 private:
  SchemaPtr schema_;
};

Status parse_json_schema(ValueView argument, const ParseContext& context,
                         std::vector<NodePtr>& nodes) {
  if (!context.allowed.whole) {
    return {ErrorCode::kQueryFeatureNotAllowed, "$jsonSchema is not allowed in this context"};
  }
  if (!argument.is_document()) return {ErrorCode::kTypeMismatch, "$jsonSchema must be an object"};
  CAIRN_ASSIGN_OR_RETURN(SchemaPtr schema, Schema::parse(argument.as_document(), context.depth));
  nodes.push_back(std::make_unique<SchemaNode>(std::move(schema)));
  return Status();
}

}  // namespace

extern const Clause clause_json_schema{"$jsonSchema", parse_json_schema};

}  // namespace cairn::match
