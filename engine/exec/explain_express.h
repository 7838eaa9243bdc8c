// ExplainExpress: queries that MongoDB answers without planning: one document by its `_id`, or by
// one value of an index that has it first.
// Source: MongoDB's manual, "Explain Results" (EXPRESS stages).
#pragma once

#include "engine/exec/explain.h"
#include "engine/exec/explain_node.h"

#include <optional>

namespace cairn::exec {

// Whether fields of the document itself are kept or dropped, and no more.
bool is_simple_projection(DocumentView projection);

// Whether the filter is one `_id`, looked up as such.
bool finds_one_id(const Explained& explained);

// The one stage of such a query; nullopt: it is planned like any other. It refers to `explained`.
std::optional<ExplainNode> express_node(const Explained& explained);

}  // namespace cairn::exec
