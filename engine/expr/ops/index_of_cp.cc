// $indexOfCP: the code point at which a string is found in another, or -1.
#include "engine/expr/search_range.h"
#include "engine/expr/text.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<ValueView> index_of_cp(Values values, Evaluation& evaluation) {
  if (!values[0].has_value()) return Evaluation::null();
  CAIRN_RETURN_IF_ERROR(need_string("$indexOfCP", 40093, "first", values[0]));
  CAIRN_RETURN_IF_ERROR(need_string("$indexOfCP", 40094, "second", values[1]));
  CAIRN_ASSIGN_OR_RETURN(const SearchRange range,
                         search_range("$indexOfCP", values, {40096, 40097}));
  // The end bounds where a match may begin; it may end behind.
  const std::string_view text = values[0].as_string();
  const std::string_view sought = values[1].as_string();
  if (text.empty() && sought.empty() && range.begin == 0) return evaluation.int32(0);
  const std::size_t begin = offset_of_code_point(text, static_cast<std::size_t>(range.begin));
  const std::size_t found = begin < text.size() ? find_text(text, sought, begin) : text.npos;
  if (found == text.npos) return evaluation.int32(-1);
  const auto at =
      range.begin + static_cast<std::int64_t>(count_code_points(text.substr(begin, found - begin)));
  return evaluation.int32(at < range.end ? static_cast<std::int32_t>(at) : -1);
}

}  // namespace

extern const Operator row_index_of_cp{
    .name = "$indexOfCP", .function = index_of_cp, .arity = {2, 4}, .settles_after = 1};

}  // namespace cairn::expr
