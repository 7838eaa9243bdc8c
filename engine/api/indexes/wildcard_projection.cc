#include "engine/api/indexes/wildcard_projection.h"

#include "engine/expr/scope.h"
#include "engine/project/projection.h"

#include <fmt/format.h>

namespace cairn::api {
namespace {

// What the parser refuses under a name of its own.
bool is_refused_anyway(const Element& path) {
  if (path.name.ends_with(".$")) return true;
  if (!path.value.is_document()) return false;
  const DocumentView document = path.value.as_document();
  return document.empty() || document.begin()->name == "$elemMatch";
}

Status check_flags(DocumentView projection) {
  for (const Element& path : projection) {
    if (is_refused_anyway(path)) continue;
    const bool inner =
        path.value.is_document() && !path.value.as_document().begin()->name.starts_with('$');
    if (inner) {
      CAIRN_RETURN_IF_ERROR(check_flags(path.value.as_document()));
    } else if (!path.value.is_number() && path.value.type() != BsonType::kBool) {
      return {location(51271),
              "Bad projection specification, cannot use computed fields when parsing a spec in "
              "kBanComputedFields mode"};
    }
  }
  return Status();
}

Status check(DocumentView projection) {
  CAIRN_RETURN_IF_ERROR(check_flags(projection));
  const expr::Scope scope(static_cast<const expr::Bindings*>(nullptr));
  return project::Projection::parse(projection, project::Language::kAggregate, scope).status();
}

}  // namespace

Status check_wildcard_projection(DocumentView projection) {
  const Status why = check(projection);
  if (why.ok()) return why;
  return {why.code(), fmt::format("Failed to parse projection: wildcardProjection :: caused by "
                                  ":: {}",
                                  why.message())};
}

}  // namespace cairn::api
