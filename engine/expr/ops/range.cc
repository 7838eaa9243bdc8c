// $range: the integers from a beginning up to an end, which is not among them.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"

#include <cairn/limits.h>

#include <fmt/format.h>

namespace cairn::expr {
namespace {

struct Complaints {
  std::int32_t not_a_number;
  std::int32_t not_int32;
  std::string_view what;
};

Result<std::int32_t> read(ValueView value, const Complaints& complaints) {
  if (!value.is_number()) {
    return Status(location(complaints.not_a_number),
                  fmt::format("$range requires a numeric {} value, found value of type: {}",
                              complaints.what, type_of(value)));
  }
  if (const auto number = exact_int32(value)) return *number;
  return Status(location(complaints.not_int32),
                fmt::format("$range requires a {} value that can be represented as a 32-bit "
                            "integer, found value: {}",
                            complaints.what, to_json(value)));
}

// Refuses what MongoDB refuses, which counts 16 bytes a number and 40 for the array.
Status check_memory(std::int64_t begin, std::int64_t end, std::int64_t step) {
  const std::int64_t distance = step > 0 ? end - begin : begin - end;
  const std::int64_t width = step > 0 ? step : -step;
  const std::int64_t count = distance <= 0 ? 0 : (distance + width - 1) / width;
  const std::int64_t bytes = 40 + 16 * count;
  if (bytes <= static_cast<std::int64_t>(kMaxStageMemoryBytes)) return Status();
  return {ErrorCode::kExceededMemoryLimit,
          fmt::format("$range would use too much memory ({} bytes) and cannot spill to disk. "
                      "Memory limit: {} bytes",
                      bytes, kMaxStageMemoryBytes)};
}

Result<ValueView> range(Values values, Evaluation& evaluation) {
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t begin, read(values[0], {34443, 34444, "starting"}));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t end, read(values[1], {34445, 34446, "ending"}));
  std::int64_t step = 1;
  if (values.size() > 2) {
    CAIRN_ASSIGN_OR_RETURN(step, read(values[2], {34447, 34448, "step"}));
    if (step == 0) return Status(location(34449), "$range requires a non-zero step value");
  }
  CAIRN_RETURN_IF_ERROR(check_memory(begin, end, step));
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  for (std::int64_t at = begin; step > 0 ? at < end : at > end; at += step) {
    CAIRN_RETURN_IF_ERROR(evaluation.step());
    builder.push(static_cast<std::int32_t>(at));
  }
  builder.finish();
  return Evaluation::array(bytes);
}

}  // namespace

extern const Operator row_range{
    .name = "$range", .function = range, .arity = {2, 3}, .settles_after = 2};

}  // namespace cairn::expr
