// listIndexes: a collection's indexes, as a cursor.
#include "compat/mongodb/command/batch.h"
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum ListIndexesField { kCursor, kBuildUuids, kBuildInfo };
constexpr Field kFields[] = {
    {.name = "cursor", .types = kObject},
    {.name = "includeBuildUUIDs", .types = kBoolOrNumber},
    {.name = "includeIndexBuildInfo", .types = kBoolOrNumber},
};

enum class Tells : std::uint8_t { kNothing, kBuildUuids, kBuildInfo };

// With what is asked of builds beside the specification, which then has a name of its own; under
// kBuildUuids only that of an index that is being built.
Document shown(ListedIndex index, Tells tells) {
  const bool building = index.build_uuid.has_value();
  if (tells == Tells::kNothing || (tells == Tells::kBuildUuids && !building)) {
    return std::move(index.specification);
  }
  DocumentBuilder out;
  out.append("spec", index.specification);
  if (!building) return out.take();
  const BinaryView uuid{.subtype = kUuidSubtype, .bytes = *index.build_uuid};
  if (tells == Tells::kBuildUuids) return out.append("buildUUID", uuid).take();
  return out.begin_document("indexBuildInfo").append("buildUUID", uuid).end().take();
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t batch_size,
                         batch_size_argument(call.arguments.document(kCursor), 100'000));
  const bool build_info = call.arguments.boolean(kBuildInfo);
  const bool build_uuids = call.arguments.boolean(kBuildUuids);
  if (build_info && build_uuids) {
    return {ErrorCode::kInvalidOptions,
            "The includeBuildUUIDs flag and includeBuildIndexInfo flag cannot both be set to true"};
  }
  Result<std::vector<ListedIndex>> indexes = call.handle().list_indexes();
  if (!indexes.ok() && indexes.status().code() == ErrorCode::kNamespaceNotFound) {
    return {ErrorCode::kNamespaceNotFound, "ns does not exist: " + call.namespace_name()};
  }
  if (!indexes.ok()) return indexes.take_status();
  const Tells builds = build_uuids ? Tells::kBuildUuids : Tells::kNothing;
  std::vector<Document> documents;
  for (ListedIndex& index : *indexes) {
    documents.push_back(shown(std::move(index), build_info ? Tells::kBuildInfo : builds));
  }
  const auto count = static_cast<std::int64_t>(documents.size());
  return append_first_batch(
      call, cursor_over(std::move(documents)),
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
