// distinct: the distinct values of a path.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"

namespace cairn::mongodb {
namespace {

enum DistinctField { kKey, kQuery, kHint, kCollation };
constexpr Field kFields[] = {
    {.name = "key", .types = kString, .required = true},
    {.name = "query", .types = kObject},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
};

Status check_key(const Arguments& arguments) {
  if (arguments.string(kKey).find('\0') == std::string_view::npos) return {};
  return {location(31032), "Key field cannot contain an embedded null byte"};
}

Status run(Call& call, DocumentBuilder& reply) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(check_key(arguments));
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  DistinctOptions options{.hint = arguments[kHint], .operation = call.operation()};
  options.operation.collation = arguments.document(kCollation);
  CAIRN_ASSIGN_OR_RETURN(
      const Value values,
      call.handle().distinct(arguments.string(kKey), arguments.document(kQuery), options));
  reply.append("values", values);
  if (call.at_cluster_time) reply.append("atClusterTime", call.at_cluster_time->timestamp());
  return {};
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(check_key(arguments));
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  DistinctOptions options{.hint = arguments[kHint], .operation = call.operation()};
  options.operation.collation = arguments.document(kCollation);
  return call.handle().explain_distinct(arguments.string(kKey), arguments.document(kQuery), options,
                                        verbosity);
}

}  // namespace

extern const Row row_distinct = {.name = "distinct",
                                 .help = "Gives the distinct values of a path.",
                                 .in_transactions = true,
                                 .reads_snapshots = true,
                                 .target = Target::kCollection,
                                 .access = Access::kRead,
                                 .cost = Cost::kLong,
                                 .fields = kFields,
                                 .run = run,
                                 .explain = explain};

}  // namespace cairn::mongodb
