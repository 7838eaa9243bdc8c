// What the geographic operators ask, parsed.
#pragma once

#include "engine/match/operator.h"

namespace cairn::match {

// Each takes everything that stands in `context.siblings`. Errors by MongoDB's codes.
Status parse_within(std::string_view name, ValueView argument, const ParseContext& context,
                    Tests& tests);
Status parse_intersects(std::string_view name, ValueView argument, const ParseContext& context,
                        Tests& tests);
// Also notes what the matches are sorted by. Error: BadValue anywhere but in the top-level
// conjunction.
Status parse_near(std::string_view name, ValueView argument, const ParseContext& context,
                  Tests& tests);

}  // namespace cairn::match
