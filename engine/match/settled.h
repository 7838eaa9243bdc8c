// Settled: filters that say the same of every document, such as {a: {$in: []}} and {$expr: false}.
#pragma once

#include "engine/match/outline.h"

#include <optional>
#include <span>

namespace cairn::match {

// What the condition says of every document; nullopt where that depends on the document, or may.
std::optional<bool> settled(const Condition& condition);
// Whether nothing matches all of them.
bool matches_nothing(std::span<const Condition> conditions);

}  // namespace cairn::match
