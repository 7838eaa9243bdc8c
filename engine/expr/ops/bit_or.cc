// $bitOr: the bits that any of the integers has.
#include "engine/expr/bits.h"

namespace cairn::expr {
namespace {

struct Or {
  static constexpr std::string_view kName = "$bitOr";
  static constexpr std::int64_t kStart = 0;
  static std::int64_t combine(std::int64_t a, std::int64_t b) { return a | b; }
};

}  // namespace

extern const Operator row_bit_or{.name = "$bitOr", .parse = parse_bits<Or>};

}  // namespace cairn::expr
