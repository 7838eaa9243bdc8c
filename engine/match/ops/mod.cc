// $mod: [divisor, remainder]; fractions are cut off, of the values too.
#include "engine/match/operator.h"

#include <cmath>
#include <string>

namespace cairn::match {
namespace {

class ModTest final : public ValueTest {
 public:
  ModTest(std::int64_t divisor, std::int64_t remainder)
      : divisor_(divisor), remainder_(remainder) {}

  bool test(ValueView value, Trace&) const override {
    if (!value.is_number()) return false;
    if (value.type() == BsonType::kDouble || value.type() == BsonType::kDecimal128) {
      const double number = value.to_double();
      if (!std::isfinite(number) || std::fabs(number) >= 9.3e18) return false;
    }
    const std::int64_t dividend = value.to_int64_clamped();
    const std::int64_t left = divisor_ == -1 ? 0 : dividend % divisor_;  // INT64_MIN % -1 traps
    return left == remainder_;
  }

 private:
  std::int64_t divisor_;
  std::int64_t remainder_;
};

Status parse_part(ValueView value, std::string_view what, std::int64_t& out) {
  if (!value.is_number()) {
    return {ErrorCode::kBadValue, "malformed mod, " + std::string(what) + " not a number"};
  }
  const double number = value.to_double();
  if (!std::isfinite(number) || std::fabs(number) >= 9.3e18) {
    return {ErrorCode::kBadValue, "malformed mod, " + std::string(what) +
                                      " value is invalid :: caused by :: Unable to "
                                      "coerce NaN/Inf to integral type"};
  }
  out = value.to_int64_clamped();
  return Status();
}

Status parse_mod(ValueView argument, const ParseContext&, Tests& tests) {
  if (!argument.is_array()) {
    return {ErrorCode::kBadValue, "malformed mod, needs to be an array"};
  }
  const DocumentView parts = argument.as_document();
  if (parts.count() < 2) return {ErrorCode::kBadValue, "malformed mod, not enough elements"};
  if (parts.count() > 2) return {ErrorCode::kBadValue, "malformed mod, too many elements"};
  std::int64_t divisor = 0;
  std::int64_t remainder = 0;
  auto part = parts.begin();
  CAIRN_RETURN_IF_ERROR(parse_part(part->value, "divisor", divisor));
  CAIRN_RETURN_IF_ERROR(parse_part((++part)->value, "remainder", remainder));
  if (divisor == 0) return {ErrorCode::kBadValue, "divisor cannot be 0"};
  tests.push_back({std::make_unique<ModTest>(divisor, remainder)});
  return Status();
}

}  // namespace

extern const Operator row_mod{"$mod", parse_mod};

}  // namespace cairn::match
