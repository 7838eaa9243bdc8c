// $sortByCount: how many documents there are of each value of an expression, the most first.
#include "engine/aggregate/group.h"

namespace cairn::aggregate {
namespace {

Status check_expression(ValueView value) {
  constexpr std::string_view kExpected =
      "the sortByCount field must be defined as a $-prefixed path or an expression inside an "
      "object";
  if (value.is_document()) {
    const DocumentView document = value.as_document();
    if (!document.empty() && document.begin()->name.starts_with('$')) return Status();
    return {location(40147), std::string(kExpected)};
  }
  if (!value.is_string()) {
    return {location(40149), "the sortByCount field must be specified as a string or as an object"};
  }
  if (value.as_string().starts_with('$')) return Status();
  return {location(40148), std::string(kExpected)};
}

Result<StagePtr> parse_sort_by_count(ValueView value, Environment& environment) {
  CAIRN_RETURN_IF_ERROR(check_expression(value));
  GroupSpecification specification;
  CAIRN_ASSIGN_OR_RETURN(specification.id, expr::parse_expression(value, environment.scope()));
  const Document count = document("count", document("$sum", 1));
  CAIRN_ASSIGN_OR_RETURN(AccumulatedField field,
                         parse_accumulated_field(*count.begin(), environment.scope()));
  specification.fields.push_back(std::move(field));
  CAIRN_ASSIGN_OR_RETURN(StagePtr sort, make_sort_stage(document("count", -1), environment));
  return chain_stages(make_group_stage(std::move(specification), environment), std::move(sort));
}

}  // namespace

extern const StageRow row_sort_by_count{.name = "$sortByCount", .parse = parse_sort_by_count};

}  // namespace cairn::aggregate
