// dropDatabase: removes a database with all its collections.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

Status check_argument(const Call& call) {
  const bool one = call.target().is_number() && call.target().to_double() == 1;
  if (!one) return {location(5255100), "Have to pass 1 as 'drop' parameter"};
  if (call.database() == "admin") {
    return {ErrorCode::kIllegalOperation, "Dropping the 'admin' database is prohibited."};
  }
  return {};
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_RETURN_IF_ERROR(check_argument(call));
  CAIRN_ASSIGN_OR_RETURN(const Database::DropResult result,
                         call.engine().drop_database(call.database()));
  if (!result.dropped) return {};
  call.wrote(result.op_time);
  reply.append("dropped", call.database());
  return {};
}

}  // namespace

extern const Row row_drop_database = {.name = "dropDatabase",
                                      .help = "Drops a database.",
                                      .access = Access::kWrite,
                                      .in_api_v1 = true,
                                      .run = run};

}  // namespace cairn::mongodb
