// listIndexes: a collection's indexes, as a cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum ListIndexesField { kCursor };
constexpr Field kFields[] = {
    {.name = "cursor", .types = kObject},
    {.name = "includeBuildUUIDs", .types = kBool},
    {.name = "includeIndexBuildInfo", .types = kBool},
};

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size,
                         batch_size_argument(call.arguments.document(kCursor), 100'000));
  Result<std::vector<Document>> indexes = call.handle().indexes();
  if (!indexes.ok() && indexes.status().code() == ErrorCode::kNamespaceNotFound) {
    return {ErrorCode::kNamespaceNotFound, "ns does not exist: " + call.namespace_name()};
  }
  if (!indexes.ok()) return indexes.take_status();
  const auto count = static_cast<std::int64_t>(indexes->size());
  return append_first_batch(
      call, cursor_over(std::move(*indexes)),
      {.namespace_name = call.namespace_name(), .documents = batch_size, .limit = count}, reply);
}

}  // namespace

extern const Row row_list_indexes = {.name = "listIndexes",
                                     .help = "Lists a collection's indexes.",
                                     .target = Target::kCollection,
                                     .in_api_v1 = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
