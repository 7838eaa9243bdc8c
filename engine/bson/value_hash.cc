#include "engine/bson/value_hash.h"

#include <bit>
#include <cmath>
#include <string>

#include "engine/bson/canonical_type.h"
#include "engine/bson/decimal128.h"
#include "engine/bson/hash.h"

namespace cairn {
namespace {

// One round of wyhash's mixing: a full product, folded.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product =
      static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15ULL) * (b ^ 0xE7037ED1A0B428DBULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_integer(std::int64_t value) {
  return mix(static_cast<std::uint64_t>(value), 10);
}

// Doubles that are integers hash as such; NaNs are all one.
std::uint64_t hash_double(double value) {
  if (value >= -0x1p63 && value < 0x1p63) {
    const auto integer = static_cast<std::int64_t>(value);
    if (static_cast<double>(integer) == value) return hash_integer(integer);
  }
  if (std::isnan(value)) return mix(1, 11);
  return mix(std::bit_cast<std::uint64_t>(value), 11);
}

// A decimal that is no double differs from all of them; those that are equal to each other round to
// the same one.
std::uint64_t hash_decimal(Decimal128 value) {
  if (decimal128_is_nan(value)) return mix(1, 11);
  if (const auto integer = decimal128_to_int64_exact(value)) return hash_integer(*integer);
  return hash_double(decimal128_to_double(value));
}

std::uint64_t hash_text(std::string_view text, const Collation* collation) {
  if (collation == nullptr) return hash_bytes(text, 15);
  std::string key;
  collation->append_sort_key(text, key);
  return hash_bytes(key, 15);
}

enum class FieldNames : bool { kIgnored, kHashed };
std::uint64_t hash_elements(DocumentView document, std::uint64_t seed, FieldNames names,
                            const Collation* collation) {
  std::uint64_t hash = seed;
  for (const Element& element : document) {
    if (names == FieldNames::kHashed) hash = mix(hash, hash_bytes(element.name));
    hash = mix(hash, hash_value(element.value, collation));
  }
  return hash;
}

std::string_view payload(ValueView value) {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

}  // namespace

std::uint64_t hash_value(ValueView value, const Collation* collation) {
  switch (value.type()) {
    case BsonType::kInt32:
      return hash_integer(value.as_int32());
    case BsonType::kInt64:
      return hash_integer(value.as_int64());
    case BsonType::kDouble:
      return hash_double(value.as_double());
    case BsonType::kDecimal128:
      return hash_decimal(value.as_decimal128());
    case BsonType::kString:
    case BsonType::kSymbol:
      return hash_text(value.as_string(), collation);
    case BsonType::kDocument:
      return hash_elements(value.as_document(), 20, FieldNames::kHashed, collation);
    case BsonType::kArray:
      return hash_elements(value.as_document(), 25, FieldNames::kIgnored, collation);
    case BsonType::kCodeWithScope:
      return hash_elements(value.code_with_scope_scope(),
                           hash_bytes(value.code_with_scope_code(), 65), FieldNames::kHashed,
                           collation);
    default:
      return hash_bytes(payload(value),
                        static_cast<std::uint64_t>(canonical_type(value.type())) + 100);
  }
}

}  // namespace cairn
