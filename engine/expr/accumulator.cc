#include "engine/expr/accumulator.h"

#include "engine/expr/known_names.h"

#include <fmt/format.h>

namespace cairn::expr {

#define CAIRN_ROW(entry) extern const AccumulatorRow row_##entry;
#include "engine/expr/accumulators/table.inc"
#undef CAIRN_ROW

Result<const AccumulatorRow*> find_accumulator(std::string_view name) {
#define CAIRN_ROW(entry) \
  if (name == row_##entry.name) return &row_##entry;
#include "engine/expr/accumulators/table.inc"
#undef CAIRN_ROW
  if (is_known_accumulator(name)) {
    return Status(ErrorCode::kNotImplemented,
                  fmt::format("accumulator {} is not supported by Cairn yet", name));
  }
  return Status(location(15952), fmt::format("unknown group operator '{}'", name));
}

}  // namespace cairn::expr
