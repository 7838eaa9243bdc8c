// The variable that $map and $filter give to an element.
#pragma once

#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>

namespace cairn::expr {

// `as` as written, or "this" where it is missing. Error: FailedToParse for no variable's name.
inline Result<std::uint32_t> define_loop_variable(ValueView as, Scope& scope) {
  if (as.missing()) return scope.define("this");
  const std::string_view name = as.is_string() ? as.as_string() : std::string_view();
  CAIRN_RETURN_IF_ERROR(check_variable_name(name));
  return scope.define(name);
}

}  // namespace cairn::expr
