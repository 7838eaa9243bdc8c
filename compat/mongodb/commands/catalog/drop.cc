// drop: removes a collection with all that is in it. What is not there is dropped already.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

constexpr Field kFields[] = {{.name = "collectionUUID", .types = kBinary}};

Status run(Call& call, DocumentBuilder& reply) {
  if (call.arguments.has(0)) {
    return {ErrorCode::kCommandNotSupported, "drop.collectionUUID is not supported by Cairn yet"};
  }
  CAIRN_ASSIGN_OR_RETURN(const Database::DropResult result,
                         call.engine().drop_collection(call.database(), call.collection));
  if (!result.dropped) return {};
  call.wrote(result.op_time);
  reply.append("nIndexesWas", static_cast<std::int32_t>(result.indexes_were))
      .append("ns", call.namespace_name());
  return {};
}

}  // namespace

extern const Row row_drop = {.name = "drop",
                             .help = "Drops a collection.",
                             .target = Target::kCollection,
                             .access = Access::kWrite,
                             .in_api_v1 = true,
                             .fields = kFields,
                             .run = run};

}  // namespace cairn::mongodb
