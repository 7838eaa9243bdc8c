// fsync: returns when every write made so far is on disk.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum FsyncField { kLock };
constexpr Field kFields[] = {
    {.name = "lock", .types = kBoolOrNumber},
    {.name = "fsyncLockAcquisitionTimeoutMillis", .types = kNumber},
};

Status run(Call& call, DocumentBuilder& reply) {
  if (call.arguments.boolean(kLock)) {
    return {ErrorCode::kCommandNotSupported, "fsync with lock is not supported by Cairn yet"};
  }
  CAIRN_RETURN_IF_ERROR(call.engine().wait_durable(call.engine().last_op_time()));
  reply.append("numFiles", std::int32_t{1});
  return {};
}

}  // namespace

extern const Row row_fsync = {.name = "fsync",
                              .help = "Waits until all writes are on disk.",
                              .cost = Cost::kLong,
                              .admin_only = true,
                              .fields = kFields,
                              .run = run};

}  // namespace cairn::mongodb
