// What $top, $topN, $bottom and $bottomN share: {n: …, input: …, sortBy: …}.
#pragma once

#include "engine/expr/expression.h"

#include <cstdint>
#include <string_view>

namespace cairn::expr {

enum class ArrayEnd : std::uint8_t { kTop, kBottom };
enum class HowMany : std::uint8_t { kOne, kN };

struct TopOperator {
  std::string_view name;
  ArrayEnd end;
  HowMany how_many;
  // Error codes.
  std::int32_t not_object;
  std::int32_t unknown;
  std::int32_t missing_n;
  std::int32_t missing_input;
  std::int32_t wrong_n;
  std::int32_t negative_n;
  std::int32_t not_array;
};

// `op` lives as long as the program.
Result<ExpressionPtr> parse_top_of_array(const TopOperator& op, ValueView argument,
                                         const Scope& scope);

}  // namespace cairn::expr
