// $bitXor: the bits that an odd number of the integers has.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

struct Xor {
  static constexpr std::string_view kName = "$bitXor";
  static constexpr std::int64_t kStart = 0;
  static std::int64_t combine(std::int64_t a, std::int64_t b) { return a ^ b; }
};

}  // namespace

extern const Operator row_bit_xor{.name = "$bitXor", .parse = parse_bits<Xor>};

}  // namespace cairn::expr
