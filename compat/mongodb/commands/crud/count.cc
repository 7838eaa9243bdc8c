// count: how many documents match.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/crud/arguments.h"
#include "compat/mongodb/commands/crud/strict_stages.h"

#include <limits>

namespace cairn::mongodb {
namespace {

enum CountField { kQuery, kLimit, kSkip, kHint, kCollation };
constexpr Field kFields[] = {
    {.name = "query", .types = kObject},
    {.name = "limit", .types = kNumber},
    {.name = "skip", .types = kNumber, .at_least = 0},
    {.name = "hint"},
    {.name = "collation", .types = kObject},
    {.name = "fields", .types = kObject},  // of clients of old; means nothing
    {.name = "queryOptions", .types = kObject},
};

// A count that int32 cannot hold is an int64, as MongoDB's.
void append_count(std::int64_t n, DocumentBuilder& reply) {
  if (n <= std::numeric_limits<std::int32_t>::max()) {
    reply.append("n", static_cast<std::int32_t>(n));
  } else {
    reply.append("n", n);
  }
}

Result<CountOptions> read_options(const Call& call) {
  const Arguments& arguments = call.arguments;
  CAIRN_RETURN_IF_ERROR(check_hint(arguments[kHint]));
  if (call.generic.api_strict) {
    CAIRN_RETURN_IF_ERROR(check_strict_filter(arguments.document(kQuery)));
  }
  const std::int64_t limit = arguments.integer(kLimit);
  if (limit == std::numeric_limits<std::int64_t>::min()) {
    return Status(ErrorCode::kBadValue, "Limit value for count cannot be min long");
  }
  CountOptions options{.skip = arguments.integer(kSkip),
                       .limit = limit < 0 ? -limit : limit,
                       .hint = arguments[kHint],
                       .operation = call.operation()};
  options.operation.collation = arguments.document(kCollation);
  return options;
}

Result<Document> explain(Call& call, Verbosity verbosity) {
  CAIRN_ASSIGN_OR_RETURN(const CountOptions options, read_options(call));
  return call.handle().explain_count(call.arguments.document(kQuery), options, verbosity);
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const CountOptions options, read_options(call));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t n,
                         call.handle().count(call.arguments.document(kQuery), options));
  append_count(n, reply);
  return {};
}

}  // namespace

extern const Row row_count = {.name = "count",
                              .help = "Counts documents.",
                              .target = Target::kCollection,
                              .access = Access::kRead,
                              .cost = Cost::kLong,
                              .in_api_v1 = true,
                              .fields = kFields,
                              .run = run,
                              .explain = explain};

}  // namespace cairn::mongodb
