// getCmdLineOpts: how the server was started.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  const ProcessInfo& process = call.dialect.options.process;
  reply.begin_array("argv");
  for (const std::string& word : process.argv) reply.push(word);
  reply.end().append("parsed", process.parsed_options);
  return {};
}

}  // namespace

extern const Row row_get_cmd_line_opts = {.name = "getCmdLineOpts",
                                          .help = "Says how the server was started.",
                                          .cost = Cost::kInstant,
                                          .admin_only = true,
                                          .run = run};

}  // namespace cairn::mongodb
