// dbStats: the sizes of a database.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum DbStatsField { kScale, kFreeStorage };
constexpr Field kFields[] = {
    {.name = "scale", .types = kNumber},
    {.name = "freeStorage", .types = kNumber},
};

constexpr std::int64_t kMaxScale = std::int64_t{1} << 50;

Status run(Call& call, DocumentBuilder& reply) {
  const std::int64_t scale = call.arguments.integer(kScale, 1);
  if (scale <= 0 || scale > kMaxScale) {
    return {ErrorCode::kBadValue,
            "Scale factor must be greater than zero and less than or equal to 2^50"};
  }
  const DatabaseStats stats = call.engine().stats(call.database());
  const auto scaled = [scale](std::int64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(scale);
  };
  const double average = stats.documents == 0 ? 0
                                              : static_cast<double>(stats.bytes) /
                                                    static_cast<double>(stats.documents);
  reply.append("db", call.database())
      .append("collections", stats.collections)
      .append("views", stats.views)
      .append("objects", stats.documents)
      .append("avgObjSize", average)
      .append("dataSize", scaled(stats.bytes))
      .append("storageSize", scaled(stats.storage_bytes));
  if (call.arguments.boolean(kFreeStorage)) reply.append("freeStorageSize", 0.0);
  reply.append("indexes", stats.indexes).append("indexSize", scaled(stats.index_bytes));
  if (call.arguments.boolean(kFreeStorage)) {
    reply.append("indexFreeStorageSize", 0.0).append("totalFreeStorageSize", 0.0);
  }
  reply.append("totalSize", scaled(stats.storage_bytes + stats.index_bytes))
      .append("scaleFactor", scale);
  return {};
}

}  // namespace

extern const Row row_db_stats = {.name = "dbStats",
                                 .aliases = {"dbstats"},
                                 .help = "Gives the sizes of a database.",
                                 .access = Access::kRead,
                                 .cost = Cost::kLong,
                                 .fields = kFields,
                                 .run = run};

}  // namespace cairn::mongodb
