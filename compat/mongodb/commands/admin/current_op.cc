// currentOp: the operations that run just now.
#include "compat/mongodb/command/activity.h"

#include <cairn/filter.h>

namespace cairn::mongodb {
namespace {

enum CurrentOpField { kAll, kOwnOps };
constexpr Field kFields[] = {
    {.name = "$all", .types = kBoolOrNumber},
    {.name = "$ownOps", .types = kBoolOrNumber},
};

// Every other field of the command is a filter on the entries.
Document read_filter(const Call& call) {
  DocumentBuilder filter;
  for (auto at = ++call.request.body.begin(); !at.at_end(); ++at) {
    const bool taken = field_index(kFields, at->name) >= 0 || generic_index(at->name) >= 0;
    if (!taken) filter.append(at->name, at->value);
  }
  return filter.take();
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const Filter filter, Filter::parse(read_filter(call)));
  const std::vector<Document> entries =
      ClientActivity(call.dialect)
          .operations({.of_all_users = true,
                       .idle_connections = call.arguments.boolean(kAll),
                       .truncate_commands = true});
  reply.begin_array("inprog");
  for (const Document& entry : entries) {
    CAIRN_ASSIGN_OR_RETURN(const bool wanted, filter.matches(entry));
    if (wanted) reply.push(entry);
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_current_op = {.name = "currentOp",
                                   .help = "Lists the running operations.",
                                   .cost = Cost::kInstant,
                                   .admin_only = true,
                                   .while_stopping = true,
                                   .unknown_fields = true,
                                   .fields = kFields,
                                   .run = run};

}  // namespace cairn::mongodb
