// killCursors: ends cursors.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum KillCursorsField { kCursors };
constexpr Field kFields[] = {{.name = "cursors", .types = kArray, .required = true}};

Result<std::vector<std::int64_t>> cursor_ids(DocumentView array) {
  std::vector<std::int64_t> ids;
  for (const Element& element : array) {
    if (element.value.type() != BsonType::kInt64) {
      return wrong_type("killCursors.cursors", element.name, element.value.type(), kInt64Only);
    }
    ids.push_back(element.value.as_int64());
  }
  return ids;
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<std::int64_t> ids,
                         cursor_ids(call.arguments.document(kCursors)));
  // A cursor's name may be one that no collection has: "$cmd.listCollections".
  if (!call.target().is_string()) {
    return {ErrorCode::kInvalidNamespace,
            "collection name has invalid type " + std::string(type_name(call.target().type()))};
  }
  const std::string name = full_name(call.database(), call.target().as_string());
  std::vector<std::int64_t> not_found;
  reply.begin_array("cursorsKilled");
  for (std::int64_t id : ids) {
    if (call.dialect.cursors.kill(id, name)) {
      reply.push(id);
    } else {
      not_found.push_back(id);
    }
  }
  reply.end().begin_array("cursorsNotFound");
  for (std::int64_t id : not_found) reply.push(id);
  reply.end().begin_array("cursorsAlive").end().begin_array("cursorsUnknown").end();
  return {};
}

}  // namespace

extern const Row row_kill_cursors = {.name = "killCursors",
                                     .help = "Ends cursors.",
                                     .in_transactions = true,
                                     .cost = Cost::kInstant,
                                     .in_api_v1 = true,
                                     .while_stopping = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
