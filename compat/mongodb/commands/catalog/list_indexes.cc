// listIndexes: a collection's indexes, as a cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum ListIndexesField { kCursor, kBuildUuids, kBuildInfo };
constexpr Field kFields[] = {
    {.name = "cursor", .types = kObject},
    {.name = "includeBuildUUIDs", .types = kBool},
    {.name = "includeIndexBuildInfo", .types = kBoolOrNumber},
};

// Each specification under a name of its own, to leave room for what is told of builds.
std::vector<Document> wrapped(std::vector<Document> specifications) {
  for (Document& one : specifications) one = document("spec", one);
  return specifications;
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size,
                         batch_size_argument(call.arguments.document(kCursor), 100'000));
  const bool build_info = call.arguments.boolean(kBuildInfo);
  if (build_info && call.arguments.boolean(kBuildUuids)) {
    return {ErrorCode::kInvalidOptions,
            "The includeBuildUUIDs flag and includeBuildIndexInfo flag cannot both be set to true"};
  }
  Result<std::vector<Document>> indexes = call.handle().indexes();
  if (!indexes.ok() && indexes.status().code() == ErrorCode::kNamespaceNotFound) {
    return {ErrorCode::kNamespaceNotFound, "ns does not exist: " + call.namespace_name()};
  }
  if (!indexes.ok()) return indexes.take_status();
  if (build_info) indexes = wrapped(std::move(*indexes));
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
