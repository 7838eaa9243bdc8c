// The parameter `n` of `$firstN`, `$topN`, …: how many values are wanted.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/expr/expression.h"

namespace cairn::expr {

// {n, input} as `$firstN`, `$lastN`, `$minN` and `$maxN` take it.
struct NInput {
  ExpressionPtr n;
  ExpressionPtr input;
};
// Errors: 5787801 (not a document), 5787901 (unknown field), 5787906, 5787907 (missing).
Result<NInput> parse_n_input(std::string_view name, ValueView argument, const Scope& scope);

// How many a value says. Errors as evaluate_n's.
Result<std::int64_t> to_n(ValueView value);

// Errors: 5787902 (not a number), 31109 (out of range), 5787908 (not positive).
Result<std::int64_t> evaluate_n(const Expression& n, Evaluation& evaluation);

}  // namespace cairn::expr
