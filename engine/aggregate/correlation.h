// Correlation: whether and how a pipeline inside a stage depends on the document that is joined.
#pragma once

#include "engine/expr/scope.h"

#include <cairn/bson.h>

#include <optional>
#include <string_view>

namespace cairn::aggregate {

// Whether the stages give the same documents every time: they name no variable that changes from
// document to document, and nothing is drawn at random. Says no rather than yes where a text only
// looks like a variable.
bool gives_the_same(DocumentView stages, const expr::Bindings& bindings);

// That a field of the pipeline's documents equals a variable that changes.
struct CorrelatedEquality {
  std::string_view field;  // "a.b"
  ValueView variable;      // "$$name.path"
};
// One that every document the pipeline gives satisfies: its first stage is a `$match` with
// `$expr: {$eq: ["$field", "$$variable"]}`. The views are into `stages`.
std::optional<CorrelatedEquality> correlated_equality(DocumentView stages,
                                                      const expr::Bindings& bindings);

}  // namespace cairn::aggregate
