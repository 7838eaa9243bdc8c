// Equality that does not look at the order of fields.
#include "engine/match/schema/rule.h"

#include "engine/bson/canonical_type.h"
#include "engine/bson/hash.h"
#include "engine/bson/value_hash.h"

namespace cairn::match {
namespace {

bool equal_arrays(DocumentView a, DocumentView b) {
  auto x = a.begin();
  auto y = b.begin();
  for (; !x.at_end() && !y.at_end(); ++x, ++y) {
    if (!equal_unordered(x->value, y->value)) return false;
  }
  return x.at_end() && y.at_end();
}

bool equal_documents(DocumentView a, DocumentView b) {
  if (a.count() != b.count()) return false;
  for (const Element& field : a) {
    const ValueView other = b.find(field.name);
    if (other.missing() || !equal_unordered(field.value, other)) return false;
  }
  return true;
}

}  // namespace

bool equal_unordered(ValueView a, ValueView b) {
  if (canonical_type(a.type()) != canonical_type(b.type())) return false;
  if (a.is_document()) return equal_documents(a.as_document(), b.as_document());
  if (a.is_array()) return equal_arrays(a.as_document(), b.as_document());
  return compare(a, b) == 0;
}

std::uint64_t hash_unordered(ValueView value) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  if (!value.is_document() && !value.is_array()) return hash_value(value, nullptr);
  std::uint64_t hash = static_cast<std::uint64_t>(canonical_type(value.type()));
  for (const Element& element : value.as_document()) {
    const std::uint64_t inner = hash_unordered(element.value);
    hash = value.is_array() ? (hash + inner) * kFactor
                            : hash + (hash_bytes(element.name) ^ inner) * kFactor;
  }
  return hash;
}

}  // namespace cairn::match
