// dataSize: the bytes of a collection's documents.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum DataSizeField { kKeyPattern, kMin, kMax, kEstimate };
constexpr Field kFields[] = {
    {.name = "keyPattern", .types = kObject},
    {.name = "min", .types = kObject},
    {.name = "max", .types = kObject},
    {.name = "estimate", .types = kBoolOrNumber},
};

Result<Namespace> read_namespace(const Call& call) {
  if (!call.target().is_string()) {
    return wrong_type("dataSize", "dataSize", call.target().type(), kString);
  }
  const Namespace parts = split_namespace(call.target().as_string());
  if (!parts.database.empty() && !parts.collection.empty()) return parts;
  return {ErrorCode::kInvalidNamespace, "Namespace " + std::string(call.target().as_string()) +
                                            " is not a valid collection name"};
}

Status run(Call& call, DocumentBuilder& reply) {
  const auto started = DialectState::Clock::now();
  CAIRN_ASSIGN_OR_RETURN(const Namespace name, read_namespace(call));
  for (DataSizeField field : {kKeyPattern, kMin, kMax}) {
    if (!call.arguments.has(field) || call.arguments.document(field).empty()) continue;
    return {ErrorCode::kCommandNotSupported, "dataSize of a range is not supported by Cairn yet"};
  }
  Result<CollectionStats> found = call.engine().collection(name.database, name.collection).stats();
  if (!found.ok() && found.status().code() != ErrorCode::kNamespaceNotFound) {
    return found.take_status();
  }
  const CollectionStats stats = found.ok() ? *found : CollectionStats();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(DialectState::Clock::now() - started);
  reply.append("size", stats.bytes)
      .append("numObjects", stats.documents)
      .append("millis", static_cast<std::int64_t>(took.count()));
  if (found.ok()) reply.append("estimate", call.arguments.boolean(kEstimate));
  return {};
}

}  // namespace

extern const Row row_data_size = {.name = "dataSize",
                                  .aliases = {"datasize"},
                                  .help = "Gives the bytes of a collection's documents.",
                                  .access = Access::kRead,
                                  .cost = Cost::kLong,
                                  .fields = kFields,
                                  .run = run};

}  // namespace cairn::mongodb
