// collStats: the sizes of a collection.
#include "compat/mongodb/command/state.h"

#include <limits>

namespace cairn::mongodb {
namespace {

enum CollStatsField { kScale };
constexpr Field kFields[] = {
    {.name = "scale", .types = kNumber, .at_least = 1},
    {.name = "verbose", .types = kBoolOrNumber},
};

// As an int32 where it fits, as MongoDB writes these figures.
void append_figure(std::string_view name, std::int64_t value, DocumentBuilder& reply) {
  if (value <= std::numeric_limits<std::int32_t>::max()) {
    reply.append(name, static_cast<std::int32_t>(value));
  } else {
    reply.append(name, value);
  }
}

std::int64_t total_index_bytes(const CollectionStats& stats) {
  std::int64_t total = 0;
  for (const auto& [name, bytes] : stats.index_bytes) total += bytes;
  return total;
}

void append_indexes(const CollectionStats& stats, std::int64_t scale, DocumentBuilder& reply) {
  append_figure("nindexes", static_cast<std::int64_t>(stats.index_bytes.size()), reply);
  reply.begin_document("indexDetails").end().begin_array("indexBuilds");
  for (const std::string& name : stats.building) reply.push(name);
  reply.end();
  append_figure("totalIndexSize", total_index_bytes(stats) / scale, reply);
  reply.begin_document("indexSizes");
  for (const auto& [name, bytes] : stats.index_bytes) append_figure(name, bytes / scale, reply);
  reply.end();
}

Status run(Call& call, DocumentBuilder& reply) {
  Result<CollectionStats> found = call.handle().stats();
  // A collection that does not exist has no size, and that is no error.
  if (!found.ok() && found.status().code() != ErrorCode::kNamespaceNotFound) {
    return found.take_status();
  }
  const CollectionStats stats = found.ok() ? *found : CollectionStats();
  const std::int64_t scale = call.arguments.integer(kScale, 1);
  reply.append("ns", call.namespace_name());
  append_figure("size", stats.bytes / scale, reply);
  append_figure("count", stats.documents, reply);
  if (stats.documents > 0) append_figure("avgObjSize", stats.bytes / stats.documents, reply);
  append_figure("numOrphanDocs", 0, reply);
  append_figure("storageSize", stats.storage_bytes / scale, reply);
  append_figure("freeStorageSize", 0, reply);
  reply.append("capped", stats.capped);
  if (stats.capped) {
    append_figure("max", stats.capped_documents, reply);
    append_figure("maxSize", stats.capped_bytes / scale, reply);
  }
  append_indexes(stats, scale, reply);
  append_figure("totalSize", (stats.storage_bytes + total_index_bytes(stats)) / scale, reply);
  append_figure("scaleFactor", scale, reply);
  return {};
}

}  // namespace

extern const Row row_coll_stats = {.name = "collStats",
                                   .aliases = {"collstats"},
                                   .help = "Gives the sizes of a collection.",
                                   .target = Target::kCollection,
                                   .access = Access::kRead,
                                   .cost = Cost::kLong,
                                   .fields = kFields,
                                   .run = run};

}  // namespace cairn::mongodb
