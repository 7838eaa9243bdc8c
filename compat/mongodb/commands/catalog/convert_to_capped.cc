// convertToCapped: turns a collection into a capped one.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CapField { kSize };
constexpr Field kFields[] = {
    {.name = "size", .types = kNumber},
};

Status run(Call& call, DocumentBuilder&) {
  if (!call.arguments.has(kSize)) {
    return {ErrorCode::kInvalidOptions, "command requires a size argument"};
  }
  const std::int64_t bytes = call.arguments.integer(kSize);
  if (bytes < 1) {
    return {ErrorCode::kInvalidOptions, "Capped collection size must be greater than zero"};
  }
  CAIRN_ASSIGN_OR_RETURN(
      const OpTime done,
      call.engine().convert_to_capped(call.database(), call.collection, bytes, call.interrupt));
  call.wrote(done);
  return {};
}

}  // namespace

extern const Row row_convert_to_capped = {.name = "convertToCapped",
                                          .help = "Turns a collection into a capped one.",
                                          .target = Target::kCollection,
                                          .access = Access::kWrite,
                                          .cost = Cost::kLong,
                                          .fields = kFields,
                                          .run = run};

}  // namespace cairn::mongodb
