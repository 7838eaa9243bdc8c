#include "engine/expr/surroundings.h"

namespace cairn::expr {

Result<Surroundings> Surroundings::of(DocumentView let, DocumentView collation,
                                      Timestamp cluster_time) {
  Surroundings surroundings{.bindings = Bindings(Date::now(), cluster_time), .collation = nullptr};
  if (!let.empty()) CAIRN_RETURN_IF_ERROR(surroundings.bindings.define_let(let));
  CAIRN_ASSIGN_OR_RETURN(surroundings.collation, parse_collation(collation));
  return surroundings;
}

}  // namespace cairn::expr
