// MongoDB's total order: first the class of the type, then the value. Source: MongoDB's manual,
// "Comparison/Sort Order".
#include <cairn/bson.h>

#include "engine/bson/canonical_type.h"
#include "engine/bson/collation.h"
#include "engine/bson/number.h"

namespace cairn {
namespace {

using enum BsonType;

std::weak_ordering compare_bytes(const void* a, const void* b, std::size_t size) {
  return (size == 0 ? 0 : std::memcmp(a, b, size)) <=> 0;
}

// By bytes: UTF-8 so sorts by code point. A NUL inside is a byte like any other.
std::weak_ordering compare_text(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

// By length, then subtype, then bytes.
std::weak_ordering compare_binary(BinaryView a, BinaryView b) {
  if (a.bytes.size() != b.bytes.size()) return a.bytes.size() <=> b.bytes.size();
  if (a.subtype != b.subtype) return a.subtype <=> b.subtype;
  return compare_bytes(a.bytes.data(), b.bytes.data(), a.bytes.size());
}

std::weak_ordering compare_regex(RegexView a, RegexView b) {
  const std::weak_ordering patterns = compare_text(a.pattern, b.pattern);
  return patterns != 0 ? patterns : compare_text(a.options, b.options);
}

std::weak_ordering compare_strings(std::string_view a, std::string_view b,
                                   const Collation* collation) {
  return collation == nullptr ? compare_text(a, b) : collation->compare(a, b);
}

std::weak_ordering compare_code_with_scope(ValueView a, ValueView b) {
  const std::weak_ordering codes = compare_text(a.code_with_scope_code(), b.code_with_scope_code());
  return codes != 0 ? codes : compare(a.code_with_scope_scope(), b.code_with_scope_scope());
}

// By length of the whole, then namespace and id as bytes.
std::weak_ordering compare_db_pointer(ValueView a, ValueView b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return compare_bytes(a.data(), b.data(), a.size());
}

// Elements by type class, then (in documents) by name, then by value; the one that ends first is
// below.
enum class Names : bool { kIgnored, kCompared };
std::weak_ordering compare_elements(DocumentView a, DocumentView b, Names names,
                                    const Collation* collation) {
  auto x = a.begin();
  auto y = b.begin();
  for (; !x.at_end() && !y.at_end(); ++x, ++y) {
    const int x_class = canonical_type(x->value.type());
    const int y_class = canonical_type(y->value.type());
    if (x_class != y_class) return x_class <=> y_class;
    if (names == Names::kCompared) {
      if (const auto order = compare_text(x->name, y->name); order != 0) return order;
    }
    if (const auto order = compare(x->value, y->value, collation); order != 0) return order;
  }
  return y.at_end() <=> x.at_end();
}

}  // namespace

std::weak_ordering compare(DocumentView a, DocumentView b) {
  return compare_elements(a, b, Names::kCompared, nullptr);
}

std::weak_ordering compare(ValueView a, ValueView b) { return compare(a, b, nullptr); }

std::weak_ordering compare(ValueView a, ValueView b, const Collation* collation) {
  const int a_class = canonical_type(a.type());
  const int b_class = canonical_type(b.type());
  if (a_class != b_class) return a_class <=> b_class;
  switch (a.type()) {
    case kEnd:
    case kUndefined:
    case kNull:
    case kMinKey:
    case kMaxKey:
      return std::weak_ordering::equivalent;
    case kDouble:
    case kInt32:
    case kInt64:
    case kDecimal128:
      return compare_numbers(a, b);
    case kString:
    case kSymbol:
      return compare_strings(a.as_string(), b.as_string(), collation);
    case kCode:
      return compare_text(a.as_string(), b.as_string());
    case kDocument:
      return compare_elements(a.as_document(), b.as_document(), Names::kCompared, collation);
    case kArray:
      return compare_elements(a.as_document(), b.as_document(), Names::kIgnored, collation);
    case kBinary:
      return compare_binary(a.as_binary(), b.as_binary());
    case kObjectId:
    case kBool:
      return compare_bytes(a.data(), b.data(), a.size());
    case kDate:
      return a.as_date().milliseconds <=> b.as_date().milliseconds;
    case kTimestamp:
      return a.as_timestamp().value() <=> b.as_timestamp().value();
    case kRegex:
      return compare_regex(a.as_regex(), b.as_regex());
    case kDbPointer:
      return compare_db_pointer(a, b);
    case kCodeWithScope:
      return compare_code_with_scope(a, b);
  }
  return std::weak_ordering::equivalent;
}

}  // namespace cairn
