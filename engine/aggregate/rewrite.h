// Rewrite: the stages of a pipeline in an order that does less work. Pure: stages to stages, as
// BSON. Source: MongoDB's manual, "Aggregation Pipeline Optimization".
#pragma once

#include <cairn/bson.h>

#include <optional>
#include <string>
#include <vector>

namespace cairn::aggregate {

// A stage of the new order: one of those given, or a new one.
struct Draft {
  std::string name;
  std::optional<std::size_t> source;  // its place among those given
  ValueView given;                    // its specification then
  Value made = {};                    // the specification of a new one
  bool filtered = false;              // a `$redact` that a part of the filter behind it precedes

  ValueView specification() const { return source ? given : made.view(); }
};

// Stages that give what `stages` (an array) give; these in their order where that is as good.
// Borrows from `stages`. REQUIRES: they parse without error.
std::vector<Draft> rewritten(DocumentView stages);

}  // namespace cairn::aggregate
