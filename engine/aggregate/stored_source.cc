#include "engine/aggregate/stored_source.h"

#include "engine/expr/scope.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cairn::aggregate {
namespace {

// Whether another of the paths, or an earlier one of the same text, has all that this one leads to.
bool covered(const std::vector<std::string>& paths, std::size_t at) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i == at || !paths[at].starts_with(paths[i])) continue;
    const bool same = paths[at].size() == paths[i].size();
    if (same ? i < at : paths[at][paths[i].size()] == '.') return true;
  }
  return false;
}

}  // namespace

Result<std::optional<project::Projection>> stored_source(const IndexEntry& index) {
  const ValueView stored = index.spec()["definition"].as_document()["storedSource"];
  if (!stored.is_document()) return std::optional<project::Projection>();
  const bool include = stored.as_document()["include"].has_value();
  std::vector<std::string> paths;
  for (const Element& path : stored.as_document()[include ? "include" : "exclude"].as_document()) {
    paths.emplace_back(path.value.as_string());
  }
  DocumentBuilder fields;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool is_id = paths[i] == "_id" || paths[i].starts_with("_id.");
    if (!is_id && !covered(paths, i)) fields.append(paths[i], include ? 1 : 0);
  }
  const Document only_id = document("_id", 1);
  Document specification = fields.take();
  if (include && specification.empty()) specification = only_id;
  const expr::Scope scope(static_cast<const expr::Bindings*>(nullptr));
  CAIRN_ASSIGN_OR_RETURN(
      project::Projection projection,
      project::Projection::parse(specification, project::Language::kAggregate, scope));
  return std::optional(std::move(projection));
}

}  // namespace cairn::aggregate
