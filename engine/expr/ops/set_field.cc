// $setField: a document with a field set by its name, which may hold '.' or begin with '$'.
#include "engine/expr/change_field.h"

namespace cairn::expr {
namespace {

constexpr NamedArgument kSetFieldArguments[] = {
    {"field", {4161102, "$setField requires 'field' to be specified"}},
    {"input"},
    {"value", {4161103, "$setField requires 'value' to be specified"}}};
constexpr NamedShape kSetFieldShape{
    .not_object = {4161100, "$setField only supports an object as its argument"},
    .unknown = {4161101, "$setField found an unknown argument: {}"},
    .arguments = kSetFieldArguments};

Result<ExpressionPtr> parse_set_field(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kSetFieldShape, argument));
  if (fields[kChangedInput].missing()) {
    return Status(location(4161109), "$setField requires 'input' to be specified");
  }
  return change_field(fields, scope);
}

}  // namespace

extern const Operator row_set_field{.name = "$setField", .parse = parse_set_field, .folded = false};

}  // namespace cairn::expr
