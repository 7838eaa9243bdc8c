// $unsetField: a document without a field, by its name, which may hold '.' or begin with '$'.
#include "engine/expr/change_field.h"

namespace cairn::expr {
namespace {

constexpr NamedArgument kUnsetFieldArguments[] = {
    {"field", {4161102, "$unsetField requires 'field' to be specified"}},
    {"input", {4161109, "$unsetField requires 'input' to be specified"}}};
constexpr NamedShape kUnsetFieldShape{
    .not_object = {4161100, "$unsetField only supports an object as its argument"},
    .unknown = {4161101, "$unsetField found an unknown argument: {}"},
    .arguments = kUnsetFieldArguments};

Result<ExpressionPtr> parse_unset_field(ValueView argument, const Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const NamedFields fields, named_fields(kUnsetFieldShape, argument));
  return change_field(fields, scope);
}

}  // namespace

extern const Operator row_unset_field{
    .name = "$unsetField", .parse = parse_unset_field, .folded = false};

}  // namespace cairn::expr
