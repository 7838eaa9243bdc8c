// $bitsAllClear: every bit that is asked about is 0.
#include "engine/match/bits.h"

namespace cairn::match {
namespace {

Status parse_bits_all_clear(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_bits({"$bitsAllClear", argument}, BitTest::kAllClear, context, tests);
}

}  // namespace

extern const Operator row_bits_all_clear{"$bitsAllClear", parse_bits_all_clear};

}  // namespace cairn::match
