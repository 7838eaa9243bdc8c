// $where: JavaScript, which Cairn does not run: refused as by a server where it is disabled.
#include "engine/match/operator.h"

namespace cairn::match {
namespace {

bool is_script(BsonType type) {
  return type == BsonType::kString || type == BsonType::kCode || type == BsonType::kCodeWithScope;
}

Status parse_where(ValueView argument, const ParseContext& context, std::vector<NodePtr>&) {
  if (!context.whole_document) {
    return {ErrorCode::kBadValue, "$where can only be applied to the top-level document"};
  }
  if (!context.allowed.where) {
    return {ErrorCode::kBadValue, "$where is not allowed in this context"};
  }
  if (!is_script(argument.type())) return {ErrorCode::kBadValue, "$where got bad type"};
  return {location(6108304), "no globalScriptEngine in $where parsing"};
}

}  // namespace

extern const Clause clause_where{"$where", parse_where};

}  // namespace cairn::match
