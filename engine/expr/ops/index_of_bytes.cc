// $indexOfBytes: the byte at which a string is found in another, or -1.
#include "engine/expr/search_range.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::expr {
namespace {

Result<ValueView> index_of_bytes(Values values, Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  CAIRN_RETURN_IF_ERROR(need_string("$indexOfBytes", 40091, "first", values[0]));
  CAIRN_RETURN_IF_ERROR(need_string("$indexOfBytes", 40092, "second", values[1]));
  CAIRN_ASSIGN_OR_RETURN(const SearchRange range,
                         search_range("$indexOfBytes", values, {40096, 40097}));
  const std::string_view text = values[0].as_string();
  const auto size = static_cast<std::int64_t>(text.size());
  const std::int64_t end = std::min(range.end, size);
  if (range.begin > size || end < range.begin) return evaluation.int32(-1);
  const std::size_t found = find_text(text.substr(0, static_cast<std::size_t>(end)),
                                      values[1].as_string(), static_cast<std::size_t>(range.begin));
  if (found == std::string_view::npos) return evaluation.int32(-1);
  return evaluation.int32(static_cast<std::int32_t>(found));
}

}  // namespace

extern const Operator row_index_of_bytes{
    .name = "$indexOfBytes", .function = index_of_bytes, .arity = {2, 4}, .settles_after = 1};

}  // namespace cairn::expr
