// Comparison of a value with an operand as `$eq`, `$lt`, … mean it: within one type only, but for
// MinKey and MaxKey.
#include "engine/match/operator.h"

#include "engine/bson/canonical_type.h"

namespace cairn::match {
namespace {

bool holds(Comparison comparison, std::weak_ordering order) {
  switch (comparison) {
    case Comparison::kEq:
      return order == 0;
    case Comparison::kLt:
      return order < 0;
    case Comparison::kLte:
      return order <= 0;
    case Comparison::kGt:
      return order > 0;
    case Comparison::kGte:
      return order >= 0;
  }
  return false;
}

// Next to MinKey and MaxKey what is not there counts as null.
constexpr ValueView kNull(BsonType::kNull, nullptr, 0);

// Null, as an operand, means "null or not there". Since MongoDB 8.0 undefined is neither.
class NullTest final : public ValueTest {
 public:
  explicit NullTest(Comparison comparison)
      : holds_(comparison != Comparison::kLt && comparison != Comparison::kGt) {}
  bool test(ValueView value, Trace&) const override {
    return holds_ && (value.missing() || value.type() == BsonType::kNull);
  }

 private:
  bool holds_;
};

class ComparisonTest final : public ValueTest {
 public:
  ComparisonTest(Comparison comparison, ValueView operand, const Collation* collation)
      : operand_(operand),
        collation_(collation),
        comparison_(comparison),
        across_types_(operand.type() == BsonType::kMinKey || operand.type() == BsonType::kMaxKey),
        nan_(operand.is_nan()) {}

  bool test(ValueView value, Trace&) const override {
    if (value.type() == operand_.type() && value.type() == BsonType::kInt32) {
      return holds(comparison_, value.as_int32() <=> operand_.as_int32());
    }
    if (value.missing()) return across_types_ && holds(comparison_, compare(kNull, operand_));
    if (value.type() != operand_.type() && !across_types_ &&
        canonical_type(value.type()) != canonical_type(operand_.type())) {
      return false;
    }
    if (nan_ || value.is_nan()) return equal_nan(value);
    return holds(comparison_, compare(value, operand_, collation_));
  }

 private:
  bool equal_nan(ValueView value) const {
    const bool inclusive = holds(comparison_, std::weak_ordering::equivalent);
    if (across_types_) return holds(comparison_, compare(value, operand_, collation_));
    return inclusive && nan_ && value.is_nan();
  }

  ValueView operand_;
  const Collation* collation_;
  Comparison comparison_;
  bool across_types_;
  bool nan_;
};

}  // namespace

std::unique_ptr<const ValueTest> comparison_test(Comparison comparison, ValueView operand,
                                                 const Collation* collation) {
  if (operand.type() == BsonType::kNull) return std::make_unique<NullTest>(comparison);
  return std::make_unique<ComparisonTest>(comparison, operand, collation);
}

}  // namespace cairn::match
