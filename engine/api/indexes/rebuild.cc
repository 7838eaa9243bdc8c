#include "engine/api/indexes/rebuild.h"

#include "engine/records/build/index_build.h"

#include <optional>
#include <vector>

namespace cairn::api {

Status rebuild_indexes(write::Context& context, const Namespace& name, const Interrupt* interrupt,
                       const IndexLog& log) {
  CAIRN_ASSIGN_OR_RETURN(const BuildTurns::Turn turn, context.catalog.build_turns().take());
  std::optional<records::IndexBuild> build;
  Document command;
  const Catalog::Change change =
      [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
    Catalog::Alteration altered{.definition = now->definition(),
                                .command = document("reIndex", now->name().collection)};
    std::vector<Keyspace> fresh;
    const Uuid together = random_uuid();
    for (IndexDefinition& index : altered.definition.indexes) {
      const bool kept = now->id_index() != nullptr && index.name == now->id_index()->name;
      if (kept || index.state != IndexState::kReady) continue;
      CAIRN_ASSIGN_OR_RETURN(index.keyspace, context.storage.keyspaces().allocate());
      index.state = IndexState::kBuilding;
      index.build = together;
      fresh.push_back(index.keyspace);
    }
    if (fresh.empty()) return std::optional<Catalog::Alteration>();
    command = altered.command;
    build.emplace(context.storage, context.catalog, records::BuildOptions{interrupt, log});
    build->start(now, std::move(fresh));
    return std::optional(std::move(altered));
  };
  CAIRN_RETURN_IF_ERROR(context.catalog.alter(name, change).status());
  return build ? build->run(command) : Status();
}

}  // namespace cairn::api
