// explain: how another command would be carried out, and how that goes.
#include "compat/mongodb/command/read_arguments.h"
#include "compat/mongodb/command/reply.h"
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/explained.h"

#include <string>

namespace cairn::mongodb {
namespace {

enum ExplainField { kVerbosity };
constexpr Field kFields[] = {
    {.name = "verbosity", .types = kString},
};

Result<Verbosity> read_verbosity(const Arguments& arguments) {
  if (!arguments.has(kVerbosity)) return Verbosity::kAllPlansExecution;
  const std::string_view name = arguments.string(kVerbosity);
  if (name == "queryPlanner") return Verbosity::kQueryPlanner;
  if (name == "executionStats") return Verbosity::kExecutionStats;
  if (name == "allPlansExecution") return Verbosity::kAllPlansExecution;
  return Status(ErrorCode::kBadValue, "Enumeration value '" + std::string(name) +
                                          "' for field 'explain.verbosity' is not a valid value.");
}

Result<const Row*> explained_row(DocumentView command) {
  const auto first = command.begin();
  const std::string name = first.at_end() ? std::string() : std::string(first->name);
  const Row* row = find_row(name);
  if (row == nullptr) {
    return Status(ErrorCode::kCommandNotFound, "Explain failed due to unknown command: " + name);
  }
  if (row->explain == nullptr) {
    return Status(ErrorCode::kIllegalOperation, "Cannot explain cmd: " + name);
  }
  return row;
}

Status run(Call& call, DocumentBuilder& reply) {
  if (!call.target().is_document()) {
    return wrong_type("explain", "explain", call.target().type(), kObject);
  }
  const DocumentView command = call.target().as_document();
  CAIRN_ASSIGN_OR_RETURN(const Verbosity verbosity, read_verbosity(call.arguments));
  CAIRN_ASSIGN_OR_RETURN(const Row* row, explained_row(command));
  const wire::mongodb::Request request{.body = command};
  Call inner{.dialect = call.dialect,
             .connection = call.connection,
             .request = request,
             .row = *row,
             .generic = {},
             .arguments = {},
             .collection = {},
             .interrupt = call.interrupt};
  CAIRN_RETURN_IF_ERROR(read_arguments(inner));
  if (inner.generic.database.empty()) inner.generic.database = call.database();
  if (inner.database() != call.database()) {
    return {ErrorCode::kInvalidNamespace, "Mismatched $db in explain command. Expected " +
                                              std::string(call.database()) + " but got " +
                                              std::string(inner.database())};
  }
  if (row->target == Target::kCollection) {
    CAIRN_ASSIGN_OR_RETURN(inner.collection, collection_argument(inner.database(), inner.target()));
  }
  CAIRN_ASSIGN_OR_RETURN(const Document explained, row->explain(inner, verbosity));
  append_explained(call, command, explained, reply);
  return {};
}

}  // namespace

extern const Row row_explain = {.name = "explain",
                                .help = "Tells how another command is carried out.",
                                .access = Access::kRead,
                                .cost = Cost::kLong,
                                .in_api_v1 = true,
                                .fields = kFields,
                                .run = run};

}  // namespace cairn::mongodb
