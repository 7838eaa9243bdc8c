// $slice: a part of an array: its first or last n elements, or n from a position on.
#include "engine/expr/arrays.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

Result<std::int64_t> second(ValueView value) {
  if (!value.is_number()) {
    return Status(location(28725), fmt::format("Second argument to $slice must be a numeric value, "
                                               "but is of type: {}",
                                               type_of(value)));
  }
  if (const auto number = exact_int32(value)) return std::int64_t{*number};
  return Status(location(28726), fmt::format("Second argument to $slice can't be represented as a "
                                             "32-bit integer: {}",
                                             to_json(value)));
}

Result<std::int64_t> third(ValueView value) {
  if (!value.is_number()) {
    return Status(location(28727), fmt::format("Third argument to $slice must be numeric, but is "
                                               "of type: {}",
                                               type_of(value)));
  }
  const auto number = exact_int32(value);
  if (!number) {
    return Status(location(28728), fmt::format("Third argument to $slice can't be represented as a "
                                               "32-bit integer: {}",
                                               to_json(value)));
  }
  if (*number <= 0) {
    return Status(location(28729),
                  fmt::format("Third argument to $slice must be positive: {}", *number));
  }
  return std::int64_t{*number};
}

ValueView part(DocumentView array, std::int64_t begin, std::int64_t count, Evaluation& evaluation) {
  std::string& bytes = evaluation.buffer();
  DocumentBuilder builder(bytes);
  std::int64_t at = 0;
  for (const Element& element : array) {
    if (at >= begin + count) break;
    if (at++ >= begin) builder.push(element.value);
  }
  builder.finish();
  return Evaluation::array(bytes);
}

// From the end, not past the beginning.
std::int64_t from_end(DocumentView array, std::int64_t negative) {
  return std::max<std::int64_t>(0, std::int64_t{array.count()} + negative);
}

Result<ValueView> slice(Values values, Evaluation& evaluation) {
  if (!values[0].has_value() || !values[1].has_value()) return Evaluation::null();
  if (!values[0].is_array()) {
    return Status(location(28724), fmt::format("First argument to $slice must be an array, but is "
                                               "of type: {}",
                                               type_of(values[0])));
  }
  const DocumentView array = values[0].as_document();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t number, second(values[1]));
  if (values.size() == 2) {
    if (number >= 0) return part(array, 0, number, evaluation);
    return part(array, from_end(array, number), -number, evaluation);
  }
  if (!values[2].has_value()) return Evaluation::null();
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t count, third(values[2]));
  const std::int64_t begin = number >= 0 ? number : from_end(array, number);
  return part(array, begin, count, evaluation);
}

}  // namespace

extern const Operator row_slice{
    .name = "$slice", .function = slice, .arity = {2, 3}, .settles_after = 2};

}  // namespace cairn::expr
