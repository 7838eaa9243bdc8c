// $bitsAnyClear: some bit that is asked about is 0.
#include "engine/match/bits.h"

namespace cairn::match {
namespace {

Status parse_bits_any_clear(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_bits({"$bitsAnyClear", argument}, BitTest::kAnyClear, context, tests);
}

}  // namespace

extern const Operator row_bits_any_clear{"$bitsAnyClear", parse_bits_any_clear};

}  // namespace cairn::match
