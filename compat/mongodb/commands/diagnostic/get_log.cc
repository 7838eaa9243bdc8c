// getLog: the last lines of the log.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

constexpr std::string_view kLogs[] = {"global", "startupWarnings"};

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.target().is_string()) {
    return wrong_type("getLog", "getLog", call.target().type(), kString);
  }
  const std::string_view wanted = call.target().as_string();
  if (wanted == "*") {
    reply.begin_array("names");
    for (std::string_view name : kLogs) reply.push(name);
    reply.end();
    return {};
  }
  for (std::string_view name : kLogs) {
    if (name != wanted) continue;
    const auto& tail_of = call.dialect.options.log_tail;
    const LogTail tail = tail_of ? tail_of(name) : LogTail();
    reply.append("totalLinesWritten", static_cast<std::int32_t>(tail.total_lines_written))
        .begin_array("log");
    for (const std::string& line : tail.lines) reply.push(line);
    reply.end();
    return {};
  }
  return {ErrorCode::kOperationFailed, "No log named '" + std::string(wanted) + "'"};
}

}  // namespace

extern const Row row_get_log = {.name = "getLog",
                                .help = "Gives the last lines of the log.",
                                .cost = Cost::kInstant,
                                .admin_only = true,
                                .run = run};

}  // namespace cairn::mongodb
