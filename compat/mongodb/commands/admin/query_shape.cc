#include "compat/mongodb/commands/admin/query_shape.h"

#include <fmt/format.h>

namespace cairn::mongodb {
namespace {

Status not_an_object(std::string_view how, std::string_view name) {
  return {ErrorCode::kBadValue, fmt::format("{} field {} must be an object", how, name)};
}

}  // namespace

Result<QueryShape> shape_argument(const Call& call) {
  const Arguments& given = call.arguments;
  if (!given.has(kShapeQuery)) return Status(ErrorCode::kBadValue, "required field query missing");
  if (!given[kShapeQuery].is_document()) return not_an_object("required", "query");
  for (const QueryShapeField part : {kShapeSort, kShapeProjection, kShapeCollation}) {
    if (given.has(part) && !given[part].is_document()) {
      return not_an_object("optional", kQueryShapeFields[part].name);
    }
  }
  if (given.has(kShapeCollation) && given.document(kShapeCollation).empty()) {
    return Status(ErrorCode::kBadValue, "optional field collation cannot be an empty object");
  }
  return QueryShape{.query = given.document(kShapeQuery),
                    .sort = given.document(kShapeSort),
                    .projection = given.document(kShapeProjection),
                    .collation = given.document(kShapeCollation)};
}

Status check_no_parts(const Call& call) {
  for (const QueryShapeField part : {kShapeSort, kShapeProjection, kShapeCollation}) {
    if (!call.arguments.has(part)) continue;
    return {ErrorCode::kBadValue, "sort, projection, or collation provided without query"};
  }
  return Status();
}

}  // namespace cairn::mongodb
