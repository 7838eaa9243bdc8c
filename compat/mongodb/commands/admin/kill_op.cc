// killOp: interrupts a running operation.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum KillOpField { kOp };
constexpr Field kFields[] = {{.name = "op", .types = kNumber, .required = true}};

Status run(Call& call, DocumentBuilder& reply) {
  const std::int64_t id = call.arguments.integer(kOp);
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
