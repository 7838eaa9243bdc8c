// listCommands: the commands that work here.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status run(Call& call, DocumentBuilder& reply) {
  reply.begin_document("commands");
  for (const Row* row : all_rows()) {
    if (row->run == nullptr || (row->test_only && !call.dialect.options.test_commands)) continue;
    reply.begin_document(row->name)
        .append("help", row->help)
        .append("requiresAuth", false)
        .append("secondaryOk", row->access != Access::kWrite)
        .append("adminOnly", row->admin_only)
        .begin_array("apiVersions");
    if (row->in_api_v1) reply.push("1");
    reply.end().begin_array("deprecatedApiVersions").end().end();
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_list_commands = {
    .name = "listCommands", .help = "Lists the commands.", .cost = Cost::kInstant, .run = run};

}  // namespace cairn::mongodb
