// reIndex: makes a collection's indexes anew; not in a replica set.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  if (call.dialect.replica_set()) {
    return {ErrorCode::kIllegalOperation,
            "reIndex is only allowed on a standalone mongod instance."};
  }
  Result<std::vector<Document>> indexes = call.handle().indexes();
  if (indexes.status().code() == ErrorCode::kNamespaceNotFound) {
    return {ErrorCode::kNamespaceNotFound, "collection does not exist"};
  }
  if (indexes.status().code() == ErrorCode::kCommandNotSupportedOnView) {
    return {ErrorCode::kCommandNotSupportedOnView, "can't re-index a view"};
  }
  if (!indexes.ok()) return indexes.take_status();
  CAIRN_RETURN_IF_ERROR(call.handle().rebuild_indexes(call.operation()));
  const auto count = static_cast<std::int32_t>(indexes->size());
  reply.append("nIndexesWas", count).append("nIndexes", count).begin_array("indexes");
  for (const Document& index : *indexes) reply.push(index);
  reply.end();
  return {};
}

}  // namespace

extern const Row row_re_index = {.name = "reIndex",
                                 .help = "Makes a collection's indexes anew.",
                                 .target = Target::kCollection,
                                 .access = Access::kWrite,
                                 .cost = Cost::kLong,
                                 .run = run};

}  // namespace cairn::mongodb
