// $bitsAnySet: some bit that is asked about is 1.
#include "engine/match/bits.h"

namespace cairn::match {
namespace {

Status parse_bits_any_set(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_bits({"$bitsAnySet", argument}, BitTest::kAnySet, context, tests);
}

}  // namespace

extern const Operator row_bits_any_set{"$bitsAnySet", parse_bits_any_set};

}  // namespace cairn::match
