#include "engine/bson/hashed_key.h"

#include "engine/bson/canonical_type.h"
#include "engine/bson/decimal128.h"
#include "engine/bson/decimal128_math.h"
#include "engine/bson/md5.h"
#include "engine/bson/number.h"

#include <limits>

namespace cairn {
namespace {

template <typename T>
void add_number(Md5& md5, T number) {
  std::uint8_t bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  md5.add(bytes);
}

std::int64_t whole(ValueView number) {
  // Kept by MongoDB for the keys that it once stored: just 2^63 wraps around, what is beyond does
  // not.
  if (number.type() == BsonType::kDouble && number.as_double() == kInt64End) {
    return std::numeric_limits<std::int64_t>::min();
  }
  if (number.type() != BsonType::kDecimal128) return number.to_int64_clamped();
  const Decimal128 decimal = number.as_decimal128();
  return decimal128_to_int64_nearest(decimal).value_or(decimal128_to_int64_clamped(decimal));
}

void add_value(Md5& md5, ValueView value);

void add_elements(Md5& md5, DocumentView document) {
  for (const Element& element : document) {
    add_number(md5, std::int32_t{canonical_type(element.value.type())});
    md5.add({reinterpret_cast<const std::uint8_t*>(element.name.data()), element.name.size() + 1});
    add_value(md5, element.value);
  }
  add_number(md5, std::int32_t{0});
}

void add_value(Md5& md5, ValueView value) {
  if (value.is_number()) return add_number(md5, whole(value));
  if (value.is_document() || value.is_array()) return add_elements(md5, value.as_document());
  if (value.type() == BsonType::kCodeWithScope) {
    return add_elements(md5, value.code_with_scope_scope());
  }
  md5.add(value.bytes());
}

}  // namespace

std::int64_t hashed_key(ValueView value) {
  constexpr std::int32_t kSeed = 0;
  Md5 md5;
  add_number(md5, kSeed);
  const BsonType type = value.missing() ? BsonType::kNull : value.type();
  add_number(md5, std::int32_t{canonical_type(type)});
  if (!value.missing()) add_value(md5, value);
  return bson_detail::load<std::int64_t>(md5.finish().data());
}

}  // namespace cairn
