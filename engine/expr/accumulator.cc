#include "engine/expr/accumulator.h"

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
  return Status(location(15952), fmt::format("unknown group operator '{}'", name));
}

Result<ExpressionPtr> parse_unary(std::string_view name, ValueView argument, const Scope& scope) {
  if (argument.is_array()) {
    return Status(location(40237), fmt::format("The {} accumulator is a unary operator", name));
  }
  return parse_expression(argument, scope);
}

Status check_state_bytes(std::string_view name, std::size_t bytes) {
  if (bytes <= kMaxStageMemoryBytes) return Status();
  return {ErrorCode::kExceededMemoryLimit,
          fmt::format("{} used too much memory and cannot spill to disk. Used: {} bytes. Memory "
                      "limit: {} bytes",
                      name, bytes, kMaxStageMemoryBytes)};
}

}  // namespace cairn::expr
