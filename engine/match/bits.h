// Tests of single bits, as `$bitsAllSet`, `$bitsAnyClear` and their likes ask.
#pragma once

#include "engine/match/operator.h"

namespace cairn::match {

enum class BitTest : std::uint8_t { kAllSet, kAnySet, kAllClear, kAnyClear };

// `argument`: a mask (a number or binary data) or a list of positions. Errors: BadValue,
// FailedToParse.
Status parse_bits(const Element& argument, BitTest which, const ParseContext& context,
                  Tests& tests);

}  // namespace cairn::match
