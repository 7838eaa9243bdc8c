// killOp: interrupts a running operation.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum KillOpField { kOp };
// Looked at once it is known that the database is `admin`, as MongoDB does.
constexpr Field kFields[] = {{.name = "op"}};

Result<std::int64_t> read_id(const Arguments& arguments) {
  if (!arguments.has(kOp)) return {ErrorCode::kNoSuchKey, "Missing expected field \"op\""};
  const ValueView id = arguments[kOp];
  if (!id.is_number()) return wrong_type("killOp", "op", id.type(), kNumber);
  return id.to_int64_clamped();
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t id, read_id(call.arguments));
  call.dialect.end_operations(
      ErrorCode::kInterrupted,
      [id](const ConnectionState&, const RunningOperation& one) { return one.id == id; });
  reply.append("info", "attempting to kill op");
  return {};
}

}  // namespace

extern const Row row_kill_op = {.name = "killOp",
                                .help = "Interrupts a running operation.",
                                .cost = Cost::kInstant,
                                .admin_only = true,
                                .while_stopping = true,
                                .fields = kFields,
                                .run = run};

}  // namespace cairn::mongodb
