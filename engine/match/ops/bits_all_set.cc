// $bitsAllSet: every bit that is asked about is 1.
#include "engine/match/bits.h"

namespace cairn::match {
namespace {

Status parse_bits_all_set(ValueView argument, const ParseContext& context, Tests& tests) {
  return parse_bits({"$bitsAllSet", argument}, BitTest::kAllSet, context, tests);
}

}  // namespace

extern const Operator row_bits_all_set{"$bitsAllSet", parse_bits_all_set};

}  // namespace cairn::match
