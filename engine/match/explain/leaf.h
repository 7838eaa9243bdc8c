// The explanation of one operator behind a path.
#pragma once

#include "engine/match/explain/clause.h"

namespace cairn::match {

// Whether the operator was to hold and did not, or the other way round.
enum class Outcome : bool { kFailed, kSucceeded };

constexpr Outcome opposite(Outcome outcome) {
  return outcome == Outcome::kFailed ? Outcome::kSucceeded : Outcome::kFailed;
}

// Appends the fields of the explanation to `out`.
void explain_leaf(const Explained& clause, Outcome outcome, DocumentView document,
                  DocumentBuilder& out);

}  // namespace cairn::match
