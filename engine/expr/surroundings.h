// Surroundings: what an operation brings along for everything that it parses: its variables and its
// collation.
#pragma once

#include "engine/bson/collation.h"
#include "engine/expr/scope.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::expr {

struct Surroundings {
  Bindings bindings;
  CollationPtr collation;  // null: simple

  // `cluster_time` is $$CLUSTER_TIME. Errors: of `let` (Bindings::define_let), of the collation
  // (parse_collation).
  static Result<Surroundings> of(DocumentView let, DocumentView collation, Timestamp cluster_time);
  Scope scope(MetaUse* metas = nullptr) const { return Scope(&bindings, collation.get(), metas); }
};

}  // namespace cairn::expr
