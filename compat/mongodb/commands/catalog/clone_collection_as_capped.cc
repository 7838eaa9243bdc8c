// cloneCollectionAsCapped: copies a collection into a new capped one.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CapField { kSize, kTo };
constexpr Field kFields[] = {
    {.name = "size", .types = kNumber},
    {.name = "toCollection", .types = kString, .required = true},
};

Status run(Call& call, DocumentBuilder&) {
  if (!call.arguments.has(kSize)) {
    return {ErrorCode::kInvalidOptions, "command requires a size argument"};
  }
  const std::int64_t bytes = call.arguments.integer(kSize);
  if (bytes < 1) {
    return {ErrorCode::kInvalidOptions, "Capped collection size must be greater than zero"};
  }
  CAIRN_RETURN_IF_ERROR(check_collection_name(call.database(), call.arguments.string(kTo)));
  CAIRN_ASSIGN_OR_RETURN(const OpTime done, call.engine().clone_as_capped(
                                                call.database(), call.collection,
                                                call.arguments.string(kTo), bytes, call.interrupt));
  call.wrote(done);
  return {};
}

}  // namespace

extern const Row row_clone_collection_as_capped = {
    .name = "cloneCollectionAsCapped",
    .help = "Copies a collection into a new capped one.",
    .target = Target::kCollection,
    .access = Access::kWrite,
    .cost = Cost::kLong,
    .fields = kFields,
    .run = run};

}  // namespace cairn::mongodb
