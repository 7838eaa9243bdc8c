#include "engine/expr/search_range.h"

#include "engine/expr/arrays.h"

#include <fmt/format.h>

namespace cairn::expr {
namespace {

Result<std::int64_t> read(std::string_view name, std::string_view which, ValueView value,
                          const SearchRangeErrors& errors) {
  const auto number = exact_int32(value);
  if (!number) {
    return Status(location(errors.not_integral),
                  fmt::format("{} requires an integral {} index, found a value of type: {}, with "
                              "value: {}",
                              name, which, type_of(value), to_json(value)));
  }
  if (*number < 0) {
    return Status(
        location(errors.negative),
        fmt::format("{} requires a nonnegative {} index, found: {}", name, which, *number));
  }
  return std::int64_t{*number};
}

}  // namespace

Status need_string(std::string_view name, std::int32_t code, std::string_view which,
                   ValueView value) {
  if (value.is_string()) return {};
  return {location(code), fmt::format("{} requires a string as the {} argument, found: {}", name,
                                      which, type_of(value))};
}

Result<SearchRange> search_range(std::string_view name, Values values,
                                 const SearchRangeErrors& errors) {
  SearchRange range;
  if (values.size() > 2) {
    CAIRN_ASSIGN_OR_RETURN(range.begin, read(name, "starting", values[2], errors));
  }
  if (values.size() > 3) {
    CAIRN_ASSIGN_OR_RETURN(range.end, read(name, "ending", values[3], errors));
  }
  return range;
}

}  // namespace cairn::expr
