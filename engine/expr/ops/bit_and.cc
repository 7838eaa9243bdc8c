// $bitAnd: the bits that all integers have.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

struct And {
  static constexpr std::string_view kName = "$bitAnd";
  static constexpr std::int64_t kStart = -1;
  static std::int64_t combine(std::int64_t a, std::int64_t b) { return a & b; }
};

}  // namespace

extern const Operator row_bit_and{.name = "$bitAnd", .parse = parse_bits<And>};

}  // namespace cairn::expr
